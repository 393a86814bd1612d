//@ 1 05
exports.driver = {
  factor: 3,
  decodeUplink(input) { return { data: { value: input.bytes[0] * this.factor } }; },
};
