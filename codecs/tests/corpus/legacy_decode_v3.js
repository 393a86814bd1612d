//@ 5 0bb8 height=4.20 name=B%C3%A4kebr%C3%BCcke
//@ 6 0bb8
function Decode(fPort, bytes, variables) {
  var distance = bytes[0] * 256 + bytes[1];
  var height = variables && variables.height ? parseFloat(variables.height) * 1000 : null;
  return {
    port: fPort,
    distance: distance,
    level: height === null ? undefined : height - distance,
    name: variables.name
  };
}
