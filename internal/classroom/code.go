package classroom

import (
	"crypto/rand"
	"fmt"
	"math/big"
)

// words are those that codes are made of: short, and hard to mishear.
var words = []string{
	"apple", "arrow", "bamboo", "basil", "beacon", "birch", "breeze", "bridge", "canoe", "cedar", "cherry", "cloud",
	"clover", "comet", "copper", "coral", "daisy", "delta", "dragon", "ember", "falcon", "fern", "forest", "garnet",
	"ginger", "glacier", "harbor", "hazel", "heron", "honey", "indigo", "iris", "island", "ivory", "jasmine", "juniper",
	"kettle", "lagoon", "lantern", "lemon", "lilac", "lotus", "maple", "marble", "meadow", "melon", "mint", "mosaic",
	"nectar", "nutmeg", "oasis", "olive", "opal", "orchid", "otter", "panda", "pepper", "pine", "plum", "poppy",
	"quartz", "rabbit", "raven", "river", "robin", "saffron", "sage", "salmon", "shadow", "silver", "sparrow", "spruce",
	"summit", "sunset", "tiger", "topaz", "tulip", "velvet", "violet", "walnut", "willow", "winter", "yarrow", "zebra",
}

// NewCode makes a join code such as plum-otter-42. There are over half a
// million, and an address is let try few of them: see package server.
func NewCode() (string, error) {
	pick := func(n int) (int, error) {
		i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
		if err != nil {
			return 0, fmt.Errorf("make a join code: %w", err)
		}
		return int(i.Int64()), nil
	}
	a, err := pick(len(words))
	if err != nil {
		return "", err
	}
	b, err := pick(len(words))
	if err != nil {
		return "", err
	}
	n, err := pick(90)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s-%s-%d", words[a], words[b], n+10), nil
}

// NewToken makes a secret that nobody types: 128 bits.
func NewToken() string { return rand.Text() }
