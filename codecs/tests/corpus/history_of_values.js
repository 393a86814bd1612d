//@ 3 000a0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20
function decodeUplink(input) {
  const interval = (input.bytes[0] << 8) | input.bytes[1];
  const history = [];
  for (let i = 2; i < input.bytes.length; i += 2) {
    const age = (i - 2) / 2 * interval * 60000;
    history.push({ time: new Date(input.recvTime.getTime() - age).toISOString(), temperature: input.bytes[i] / 2, humidity: input.bytes[i + 1] });
  }
  return { data: { ...history[0], history: history.slice(1) } };
}
