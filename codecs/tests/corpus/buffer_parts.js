//@ 1 0102030405060708
function decodeUplink(input) {
  var b = new Buffer(input.bytes);
  var part = b.slice(2, 5), same = b.subarray(-2), joined = Buffer.concat([part, same, Buffer.from([9])]);
  part[0] = 99;
  var copy = Buffer.alloc(4, 7);
  b.copy(copy, 1, 6);
  return { data: {
    shared: b[2], part: part, joined: joined, total: Buffer.concat([b, b], 3).length,
    isBuffer: [Buffer.isBuffer(b), Buffer.isBuffer(part), Buffer.isBuffer(input.bytes), b instanceof Uint8Array, part instanceof Buffer],
    copy: copy.toString("hex"), equals: b.slice(0, 1).equals(Buffer.from([1])), compare: Buffer.compare(part, same),
    at: b.indexOf(4), found: b.includes(Buffer.from([7, 8])), swapped: Buffer.from([1, 2, 3, 4]).swap16(),
    doubled: b.slice(0, 2).map(function (x) { return x * 2; }), array: Array.prototype.slice.call(b, 0, 2),
    reversed: Buffer.from(b).reverse().toString("hex"), keys: Object.keys(b.slice(0, 2))
  } };
}
