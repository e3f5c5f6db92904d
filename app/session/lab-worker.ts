// The Worker that holds the lab.
export {}
