// The source that a target needs which is there for its precompiled header alone.
