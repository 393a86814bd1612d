// Texts of the page that stand out less from their ground than `least`: WCAG 2's contrast ratio.
(least) => {
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, ground) => {
    const mix = (x, y) => x * top.a + y * (1 - top.a);
    return { r: mix(top.r, ground.r), g: mix(top.g, ground.g), b: mix(top.b, ground.b), a: 1 };
  };
  const luminance = ({ r, g, b }) => {
    const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ancestors = (element) => {
    const all = [];
    for (let e = element; e; e = e.parentElement) all.push(e);
    return all;
  };
  // The ground of an element: backgrounds from the page up to it, each over the one below.
  const ground = (element) =>
    ancestors(element)
      .reverse()
      .map((e) => parse(getComputedStyle(e).backgroundColor))
      .reduce((below, color) => over(color, below), { r: 255, g: 255, b: 255, a: 1 });
  const opacity = (element) =>
    ancestors(element).reduce((all, e) => all * Number(getComputedStyle(e).opacity), 1);
  // A picture that stands behind text without being its ancestor, unless something covers it.
  const behind = (element) => {
    const section = element.closest(".hero, .notice");
    const wheel = section?.querySelector(".hero__wheel, .notice__wheel");
    const covered = wheel && JSON.stringify(ground(element)) !== JSON.stringify(ground(section));
    return wheel && !covered ? [parse(getComputedStyle(wheel).fill)] : [];
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  let n = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.data.trim();
    if (!text || !element.checkVisibility() || element.closest("script, title, desc, noscript, option")) continue;
    n += 1;
    const style = getComputedStyle(element);
    const color = parse(element.closest("svg") ? style.fill : style.color);
    color.a *= opacity(element);
    for (const below of [ground(element), ...behind(element)]) {
      const reached = ratio(over(color, below), below);
      if (reached < least) found.push(`${reached.toFixed(2)} ${element.className?.baseVal ?? element.className} "${text}"`);
    }
  }
  return { n, found };
};
