// Searches an exported archive from its folder, without a server. The index consists of scripts,
// because browsers don't let pages from a folder read other files.
"use strict";
(() => {
  const MOST = 100;
  const waiting = new Map();
  const words = new Map();
  const entries = new Map();

  const load = (kind, name) => new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = `search/${kind}-${name}.js`;
    script.onload = script.onerror = () => resolve();
    document.head.append(script);
  });
  const once = (kind, name) => {
    const key = `${kind}-${name}`;
    if (!waiting.has(key)) waiting.set(key, load(kind, name));
    return waiting.get(key);
  };
  // Called by the scripts of the index.
  window.archiveWords = (name, found) => words.set(name, found);
  window.archiveEntries = (name, found) => entries.set(name, found);

  // As in commentary/text/folding.py.
  const fold = (text) => text.normalize("NFKD").toLowerCase().normalize("NFKD")
    .replace(/[\p{Mn}\p{Cf}ـ]/gu, "").replace(/[يى]/g, "ی").replace(/ك/g, "ک")
    .replace(/ı/g, "i").replace(/ł/g, "l").replace(/ø/g, "o").replace(/đ/g, "d").replace(/ß/g, "ss")
    .match(/[\p{L}\p{N}\p{M}]+/gu) || [];
  const bucket = (word) => Array.from(word).slice(0, 2)
    .map((sign) => sign.codePointAt(0).toString(16)).join("-");

  // The numbers of all entries with a word that starts like this one.
  const having = async (word) => {
    const name = bucket(word);
    await once("words", name);
    const found = new Set();
    for (const [whole, steps] of Object.entries(words.get(name) || {})) {
      if (!whole.startsWith(word)) continue;
      let number = 0;
      for (const step of steps) found.add(number += step);
    }
    return found;
  };

  const search = async (text) => {
    const sets = await Promise.all(fold(text).map(having));
    if (!sets.length) return null;
    return [...sets[0]].filter((number) => sets.every((set) => set.has(number)))
      .sort((a, b) => a - b);
  };

  // As in commentary.js.
  const counted = (forms, n) => {
    const rules = new Intl.PluralRules(document.documentElement.lang), kind = rules.select(n);
    const known = Object.entries(JSON.parse(forms));
    const [form] = known.find(([, numbers]) => numbers.some((one) => rules.select(one) === kind)) || known.at(-1);
    return form.replace("%(n)s", n);
  };

  const input = document.getElementById("words");
  const list = document.getElementById("results");
  const status = document.getElementById("found");
  let latest = 0;
  const show = async () => {
    const turn = ++latest;
    const found = await search(input.value);
    const shown = (found || []).slice(0, MOST);
    const size = Number(input.dataset.size || 500);
    await Promise.all(shown.map((number) => once("entries", Math.floor(number / size))));
    if (turn !== latest) return;
    list.replaceChildren(...shown.map((number) => {
      const [href, title, who, text] = entries.get(Math.floor(number / size))[number % size];
      const item = document.createElement("li");
      const link = document.createElement("a");
      const quote = document.createElement("p");
      link.href = href;
      link.textContent = who ? `${title} – ${who}` : title;
      link.dir = quote.dir = "auto";
      quote.textContent = text;
      item.append(link, quote);
      return item;
    }));
    if (!found) status.textContent = "";
    else if (!found.length) status.textContent = status.dataset.none;
    else status.textContent = found.length > MOST ? status.dataset.more : counted(status.dataset.some, found.length);
  };
  input.addEventListener("input", show);
  document.getElementById("without-script").hidden = true;
  document.getElementById("search").hidden = false;
})();
