// The least that a compiled program does: what ours is measured against.
console.log("hello");
