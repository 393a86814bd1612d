// Changes what differs between an old and a new part of a page, and nothing else: what somebody has opened,
// focused or selected stays as it is.

/** Gives `old` the content of `next`. What stands inside an element with `data-own` belongs to a script and stays. */
export function morph(old, next) {
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    // Whether a table is open is the reader's choice.
    if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  if (next.hasAttribute("data-own")) return;
  const [before, after] = [[...old.childNodes], [...next.childNodes]];
  after.forEach((node, i) => {
    const known = before[i];
    if (!known) old.append(node);
    else if (!isAlike(known, node)) known.replaceWith(node);
    else if (node.nodeType === Node.ELEMENT_NODE) morph(known, node);
    else if (known.data !== node.data) known.data = node.data;
  });
  for (const node of before.slice(after.length)) node.remove();
}

const isAlike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.id === b.id;
