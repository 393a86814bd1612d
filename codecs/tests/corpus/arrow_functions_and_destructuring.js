//@ 8 0105dc32
const u16 = ([high, low]) => (high << 8) | low;
const decodeUplink = ({ bytes: [kind, ...rest], fPort, variables: { unit = "mm" } }) => ({
  data: { kind, value: u16(rest), rest: rest.slice(2), unit, fPort },
});
