// What Streamlit says itself, in the language of the session. Streamlit speaks English alone: its file upload, lists, calendars and
// pagination are put into words here, after it has drawn them. `said` comes from dashboard/frame.py.
(said => {
  const ATTRIBUTES = ['aria-label', 'aria-valuetext', 'placeholder', 'title', 'alt'];
  // What the pages write themselves, and what people type, is never touched.
  const OURS = '.stHtml, pre, code, textarea, [data-testid="stPageLink"], [data-testid="stVegaLiteChart"]';
  const LISTS = '[data-testid="stSidebarNavItems"]';
  const frame = window.langngheFrame ??= {originals: new WeakMap()};

  const literal = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = english => english.split(/\{(\w+)\}/).map((part, i) => i % 2 ? `(?<${part}>.+)` : literal(part)).join('');
  frame.exact = new Map(said.texts.filter(([english]) => !english.includes('{')));
  // The longest first: "20MB per file • PNG" is also a size per file.
  frame.patterns = said.texts.filter(([english]) => english.includes('{')).sort(([a], [b]) => b.length - a.length)
    .map(([english, own]) => [new RegExp(`^${pattern(english)}$`), own]);
  frame.locale = said.locale;

  const inWords = english => {
    const known = frame.exact.get(english);
    if (known !== undefined || english.length > 160) return known;
    for (const [form, own] of frame.patterns) {
      const found = form.exec(english);
      if (found) return own.replace(/\{(\w+)\}/g, (_, name) => found.groups[name]);
    }
  };
  // What stood there before it was put into words is kept, so that the language can change.
  const own = (node, key, shown) => {
    const kept = frame.originals.get(node) ?? {};
    const english = kept[key]?.own === shown ? kept[key].english : shown;
    const words = inWords(english.trim()) ?? english;
    if (words !== english) frame.originals.set(node, {...kept, [key]: {english, own: words}});
    return words;
  };
  const mendText = node => {
    if (node.parentElement?.closest(OURS)) return;
    const words = own(node, 'text', node.nodeValue);
    if (words !== node.nodeValue) node.nodeValue = words;
  };
  const mendElement = element => {
    if (element.closest(OURS)) return;
    for (const name of ATTRIBUTES) {
      const shown = element.getAttribute(name);
      if (!shown) continue;
      const words = own(element, name, shown);
      if (words !== shown) element.setAttribute(name, words);
    }
    // Its navigation is a list that holds headings, which no list may: without the list's role its links stay links.
    if (element.matches(`${LISTS}:not([role]), ${LISTS} li:not([role])`)) element.setAttribute('role', 'presentation');
  };
  const mend = node => {
    if (node.nodeType === Node.TEXT_NODE) return mendText(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    mendElement(node);
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
      one => one.nodeType === Node.ELEMENT_NODE && one.matches(OURS) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    while (walker.nextNode()) walker.currentNode.nodeType === Node.TEXT_NODE ? mendText(walker.currentNode) : mendElement(walker.currentNode);
  };
  Object.assign(frame, {mend, mendElement, mendText});

  // A screen reader would read Vietnamese with an English voice, and calendars would name months as the browser's own language does.
  document.documentElement.lang = said.language;
  // The next visit, by a link from a mail, is in the same language; a year is as long as browsers keep it.
  document.cookie = `${said.cookie}=${said.language}; Path=/; Max-Age=31536000; SameSite=Lax`;
  // What a page says while it waits; dashboard/style.css shows it when that takes long.
  for (const [name, text] of Object.entries(said.waiting)) document.documentElement.style.setProperty(`--ln-${name}`, JSON.stringify(text));
  if (!frame.watch) {
    Object.defineProperty(navigator, 'language', {configurable: true, get: () => frame.locale});
    Object.defineProperty(navigator, 'languages', {configurable: true, get: () => [frame.locale]});
    frame.watch = new MutationObserver(changes => changes.forEach(change => {
      if (change.type === 'childList') change.addedNodes.forEach(node => frame.mend(node));
      else if (change.type === 'attributes') frame.mendElement(change.target);
      else frame.mendText(change.target);
    }));
    frame.watch.observe(document.body, {childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES});
  }
  window.dispatchEvent(new Event('languagechange'));
  mend(document.body);
})
