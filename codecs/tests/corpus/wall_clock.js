//@ 1 65a0bc80
//@ 2 0e10
function decodeUplink(input) {
  var b = input.bytes, time;
  if (input.fPort === 1) time = new Date((b[0] * 16777216 + b[1] * 65536 + b[2] * 256 + b[3]) * 1000);
  else time = new Date(Date.now() - (b[0] * 256 + b[1]) * 1000);
  return { data: { time: time, iso: time.toISOString(), now: new Date().toISOString(), ms: Date.now(), age: Math.round((new Date() - time) / 1000), received: input.recvTime.getTime(), same: input.recvTime instanceof Date, call: typeof Date() } };
}
