//@ 1 ff10
exports.decodeUplink = function (input) {
  return { data: { sum: input.bytes.reduce(function (a, b) { return a + b; }, 0) } };
};
