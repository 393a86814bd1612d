//@ 1 0001020300010203ff
function decodeUplink(input) {
  var found = [], i = 0;
  outer:
  while (i < input.bytes.length) {
    for (var j = 0; j < 4; j++) {
      if (input.bytes[i + j] === 0xff) break outer;
      if (input.bytes[i + j] === 2) { i += 4; continue outer; }
      found.push(input.bytes[i + j]);
    }
    i++;
  }
  do { i--; } while (i > 5);
  block: { if (found.length) break block; found.push("never"); }
  return { data: { found: found, i: i } };
}
