//go:build !unix

package main

// profile does nothing where there is no signal to begin it with.
func profile(string) {}
