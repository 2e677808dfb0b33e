/* Commentary: progressive enhancement only. Every page works without this file.
   No inline handlers, no eval; it requests only pages of this site: forms, actions and help. */
(() => {
  "use strict";
  const doc = document, root = doc.documentElement, helpPage = doc.currentScript?.dataset.keys;
  const all = (q, from = doc) => [...from.querySelectorAll(q)];
  const store = (key, value, box = "localStorage") => {
    try {
      if (value === undefined) return window[box].getItem(key);
      if (value === null) window[box].removeItem(key); else window[box].setItem(key, value);
    } catch { /* storage is blocked: continue without it */ }
    return null;
  };
  const typing = (el) => el.matches("textarea, select, input:not([type=checkbox], [type=radio])") || el.isContentEditable;
  root.classList.add("has-script");

  /* Return the form of a message for a number. `forms` is JSON that has each form with some numbers
     that take it. */
  window.counted = (forms, n) => {
    const rules = new Intl.PluralRules(root.lang), kind = rules.select(n), known = Object.entries(JSON.parse(forms));
    const [form] = known.find(([, numbers]) => numbers.some((one) => rules.select(one) === kind)) || known.at(-1);
    return form.replace("%(n)s", n);
  };

  /* Expand all collapsed lists that contain an element. */
  const reveal = (el) => {
    for (let d = el.closest("details:not([open])"); d; d = d.parentElement.closest("details:not([open])")) d.open = true;
  };
  const goTo = (comment) => {
    if (!comment) return;
    reveal(comment);
    comment.querySelector(".comment-number").focus({ preventScroll: true });
    comment.scrollIntoView({ block: "nearest" });
  };

  /* Lists that a reader collapses stay collapsed on this device, on every page of the article. */
  const article = doc.querySelector("[data-article]")?.dataset.article;
  const foldedOf = (details) => details.parentElement.querySelector(".comment").dataset.number;
  if (article) {
    const folded = new Set(store("folded:" + article)?.split(" "));
    for (const d of all(".replies")) if (folded.has(foldedOf(d))) d.open = false;
    doc.addEventListener("toggle", (e) => {
      if (!e.target.matches(".replies")) return;
      const number = foldedOf(e.target);
      if (e.target.open !== folded.has(number)) return; // the initial state, or a state restored above
      if (e.target.open) folded.delete(number); else folded.add(number);
      store("folded:" + article, [...folded].slice(-1000).join(" ") || null);
    }, true);
  }

  /* In lists of articles, count the comments published since this device last showed the discussion.
     Lists of titles have only the time of the latest comment. */
  const VISITS_MOST = 500, TIMES_MOST = 20;
  for (const link of all("[data-times]")) {
    const page = link.pathname, words = link.closest("[data-new], [data-fresh]").dataset;
    const latest = Number(store("visit:" + page)?.split(" ")[2] || Infinity);
    const count = link.dataset.times.split(" ").filter((at) => at && at * 1000 > latest).length;
    if (!count) continue;
    const fresh = doc.createElement("a"), badge = doc.createElement("span");
    fresh.className = "new-link";
    fresh.href = `${page}new/?seen=${latest}`;
    fresh.append(badge);
    badge.className = "badge badge-new";
    badge.textContent = words.fresh || counted(count < TIMES_MOST ? words.new : words.many, count);
    link.after(" ", fresh);
  }
  /* Forget the visits that are longest ago. */
  const forgetVisits = () => {
    const visits = Object.keys(localStorage).filter((key) => key.startsWith("visit:"));
    const at = (key) => Number(localStorage.getItem(key).split(" ")[3]);
    if (visits.length > VISITS_MOST) visits.sort((a, b) => at(b) - at(a)).slice(VISITS_MOST).forEach((key) => store(key, null));
  };

  /* Mark comments published since the last visit, which only this device knows. A visit ends after
     30 minutes without activity; until then all tabs mark the same comments, also after reloading.
     Stored are the end of the last visit with its latest comment, the latest comment of this
     visit, and the time of the last activity. */
  const news = doc.querySelector("[data-newest]");
  if (news && article) {
    const key = "visit:" + article, words = news.dataset, END = 30 * 60_000, PAUSE = 60_000;
    const LIKE_PAGES = { day: "numeric", month: "short", calendar: "gregory", numberingSystem: "latn" };
    const visit = (newest) => {
      const now = Date.now();
      let [day, seen, latest, active] = (store(key) || `${now} ${newest} ${newest} ${now}`).split(" ").map(Number);
      if (now - active > END) [day, seen] = [active, latest]; // a new visit starts
      store(key, [day, seen, Math.max(latest, newest), now].join(" "));
      return [day, seen];
    };
    const [day, seen] = visit(Number(words.newest));
    try { forgetVisits(); } catch { /* storage is blocked */ }
    let noted = Date.now();
    const note = () => {
      if (Date.now() - noted < PAUSE) return;
      noted = Date.now();
      visit(Number(words.newest));
    };
    for (const type of ["scroll", "keydown", "pointerdown"]) addEventListener(type, note, { passive: true });
    if (Number(words.newest) > seen) {
      const fresh = all(".thread .comment:not(.is-removed, .is-pending)").filter((c) => Number(c.dataset.at) > seen);
      const onward = (from) => `${article}new/?seen=${seen}` + (from ? "&from=" + from : "");
      fresh.forEach((comment, i) => {
        const badge = doc.createElement("span"), next = doc.createElement("a");
        badge.className = "badge badge-new";
        badge.textContent = words.badge;
        next.className = "comment-next";
        next.textContent = words.next;
        next.href = fresh[i + 1] ? "#" + fresh[i + 1].id : onward(comment.dataset.number);
        comment.classList.add("is-new");
        const head = comment.querySelector(".comment-head");
        head.prepend(badge, " ");
        head.append(" ", next);
      });
      const date = new Date(day).toLocaleDateString(root.lang, LIKE_PAGES);
      news.textContent = (fresh.length ? counted(words.here, fresh.length) : words.elsewhere).replace("%(day)s", date);
      news.href = fresh.length ? "#" + fresh[0].id : onward("");
      news.hidden = false;
    }
  }

  /* A link to a collapsed comment expands it. Fragments that are not on this page, such as those of
     the earlier site, lead to the page with their comment, or to the responses or their form. */
  const placeOf = (hash) => {
    if (/\d/.test(hash) && hash !== "remark42") return "";
    if (/respond|reply|commentform|comment-form|(post|leave|add|write|new)-?(a-?)?comment/i.test(hash)) return "respond";
    return /comment|disqus|isso|remark42|comentario|kommentar|discussion|trackback/i.test(hash) ? "comments" : "";
  };
  const unfold = () => {
    let hash = location.hash.slice(1);
    try { hash = decodeURIComponent(hash); } catch { /* not encoded */ }
    const isOnline = article && location.protocol !== "file:";
    const isFormer = isOnline && location.pathname === `${article}former/`;
    if (isFormer && !hash) history.replaceState(null, "", article);
    let target = isFormer ? null : doc.getElementById(hash);
    if (!target && hash && isOnline) {
      const place = placeOf(hash);
      if (place) {
        history.replaceState(null, "", `${article}#${place}`);
        target = doc.getElementById(place);
        target.scrollIntoView();
      } else if (isFormer || /\d|^comment/i.test(hash)) {
        location.replace(`${article}former/comment/?id=${encodeURIComponent(hash)}${isFormer ? "" : "&ours=1"}`);
      }
    }
    if (!target?.closest("details:not([open])")) return;
    reveal(target);
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  /* Collapse or expand all lists of replies. */
  for (const button of all("[data-fold]")) {
    button.hidden = !doc.querySelector(".replies");
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") === "true";
      all(".replies").forEach((d) => { d.open = open; });
      button.setAttribute("aria-pressed", String(!open));
    });
  }

  /* A draft is kept in this tab until its comment has been stored. */
  const draft = (key, value) => store("draft:" + key, value, "sessionStorage");
  const arrived = doc.querySelector("[data-sent]");
  if (arrived) draft(arrived.dataset.sent, null);
  const keepDrafts = (within) => {
    for (const area of all("textarea[data-draft]", within)) {
      area.value ||= draft(area.dataset.draft) || "";
      area.addEventListener("input", () => draft(area.dataset.draft, area.value || null));
    }
  };
  keepDrafts(doc);
  /* After a refused form, focus the list of problems once the browser has scrolled to the fragment. */
  const problems = doc.querySelector(".error-summary");
  if (problems) addEventListener("load", () => setTimeout(() => problems.focus()));

  /* "Reply" loads its form into the page; if that fails, the link is followed. */
  const place = (link, form) => {
    const comment = link.closest(".comment");
    if (comment) comment.after(form); else doc.getElementById("respond").after(form);
  };
  const pageAt = async (address) =>
    new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  /* Words selected in the article or in a comment are quoted in the reply. Pressing a link may end the
     selection, so it is noted before. */
  const selectedIn = () => {
    const selection = getSelection(), at = selection.anchorNode;
    if (!at || selection.isCollapsed) return null;
    return (at.nodeType === 1 ? at : at.parentElement)?.closest(".comment-body, .point-text, .prose");
  };
  const quotation = () => selectedIn() ? getSelection().toString().trim().replace(/^/gm, "> ").replace(/ +$/gm, "") : "";
  let pressed = "";
  doc.addEventListener("pointerdown", (e) => { pressed = e.target.closest("a[data-reply]") ? quotation() : ""; }, true);
  const quote = (area, words) => {
    area.value = [area.value.trimEnd(), words, ""].filter((part, i) => part || i === 2).join("\n\n");
    area.setSelectionRange(area.value.length, area.value.length);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const openForm = async (link) => {
    const words = quotation() || pressed;
    pressed = "";
    const id = link.dataset.reply;
    let form = doc.getElementById(id);
    if (!form) {
      form = (await pageAt(link.href)).querySelector("form#" + CSS.escape(id));
      if (!form) throw new Error("no form");
      place(link, form);
      keepDrafts(form);
      const close = () => { form.remove(); link.focus(); };
      form.querySelector("[data-cancel]").addEventListener("click", (e) => { e.preventDefault(); close(); });
      form.addEventListener("keydown", (e) => { if (e.key === "Escape" && !e.isComposing) close(); });
    }
    const area = form.querySelector("textarea");
    area.focus();
    if (words && !area.readOnly) quote(area, words);
  };

  /* "More" and "Moderate" load their list of actions into the comment, once; one list is open at a
     time. Links to comments of this page stay on it. */
  const lists = new Map();
  let opened = null;
  const closeList = () => {
    if (!opened) return;
    opened.setAttribute("aria-expanded", "false");
    lists.get(opened).remove();
    opened = null;
  };
  const openList = async (link) => {
    if (link === opened) return closeList();
    if (!lists.has(link)) {
      const list = (await pageAt(link.href)).querySelector("ul[data-more]");
      if (!list) throw new Error("no list");
      for (const way of all("[data-number]", list)) {
        const id = "comment-" + way.dataset.number;
        if (doc.getElementById(id)) way.href = "#" + id;
      }
      lists.set(link, list);
    }
    closeList();
    link.closest(".comment-links").append(lists.get(link));
    link.setAttribute("aria-expanded", "true");
    opened = link;
  };
  doc.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !opened?.closest(".comment-links").contains(e.target)) return;
    const link = opened;
    closeList();
    link.focus();
  });

  /* The help page opens as a dialog. */
  let dialog = null;
  const showHelp = async () => {
    if (dialog?.open) return dialog.close();
    if (!dialog) {
      const help = (await pageAt(helpPage)).querySelector("[data-dialog-body]");
      const heading = help.querySelector("h1"), title = doc.createElement("h2");
      const form = doc.createElement("form"), close = doc.createElement("button");
      title.id = "keys-title";
      title.append(...heading.childNodes);
      heading.replaceWith(title);
      form.method = "dialog";
      close.className = "button";
      close.textContent = help.dataset.close;
      form.append(close);
      dialog = doc.createElement("dialog");
      dialog.className = "keys-dialog";
      dialog.setAttribute("aria-labelledby", title.id);
      dialog.append(...help.children, form);
      doc.body.append(dialog);
    }
    dialog.showModal();
  };

  /* These links open something in the page; if that fails, they are followed. */
  const openInPage = async (link, open) => {
    if (link.ariaBusy) return;
    link.ariaBusy = "true";
    await open(link).catch(() => { location.href = link.href; }).finally(() => { link.ariaBusy = null; });
  };
  const OPEN = [["a[data-reply]", openForm], [".comment-links > .more", openList], ["a[data-dialog]", showHelp]];
  doc.addEventListener("click", (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    for (const [selector, open] of OPEN) {
      const link = e.target.closest(selector);
      if (!link) continue;
      e.preventDefault();
      openInPage(link, open);
    }
  });

  /* Keyboard shortcuts: those of comments only while the focus is inside the thread; they can be turned off. */
  const switches = all("[data-shortcuts]");
  let shortcuts = store("shortcuts") !== "off";
  for (const box of switches) {
    box.checked = shortcuts;
    box.addEventListener("change", () => {
      shortcuts = box.checked;
      store("shortcuts", shortcuts ? "on" : "off");
      switches.forEach((other) => { other.checked = shortcuts; });
    });
  }
  /* Return the next comment that isn't collapsed, in either direction. */
  const beside = (thread, here, step) => {
    const list = thread.getElementsByClassName("comment");
    let at = Array.prototype.indexOf.call(list, here) + step;
    while (list[at]?.closest("details:not([open])")) at += step;
    return list[at];
  };
  const read = (key, focus, thread) => {
    const branch = focus.closest(".branch"), here = branch?.querySelector(".comment");
    if (key === "j") goTo(beside(thread, here, 1));
    else if (key === "k") goTo(here && beside(thread, here, -1));
    else if (key === "p") goTo(here?.dataset.parent && doc.getElementById("comment-" + here.dataset.parent));
    else if (key === "t") {
      let top = focus;
      while (top.parentElement !== thread) top = top.parentElement;
      goTo(top.nextElementSibling?.querySelector(".comment"));
    } else if (key === "f") {
      const replies = branch?.querySelector(":scope > .replies");
      if (replies) replies.open = !replies.open;
    } else if (key === "n") {
      const fresh = all(".is-new", thread), behind = (c) => here?.compareDocumentPosition(c) & 4;
      const next = fresh.find(behind);
      if (next || !here?.querySelector(".comment-next")) goTo(next || fresh[0]);
      else here.querySelector(".comment-next").click();
    } else if (key === "r") (selectedIn()?.closest(".comment") || here)?.querySelector("[data-reply]")?.click();
    else if (key === "m") {
      const more = here?.querySelector(".comment-links > .more");
      if (more) openInPage(more, openList).then(() => (lists.get(opened)?.querySelector("a") || more).focus());
    } else return false;
    return true;
  };
  /* Shortcuts that work anywhere on a page. */
  const anywhere = (key) => {
    const box = doc.querySelector("search input[type=search]");
    if (key === "/" && box) {
      reveal(box);
      box.focus();
    } else if (key === "r" && selectedIn()) {
      const comment = selectedIn().closest(".comment");
      (comment || doc).querySelector(comment ? "[data-reply]" : "[data-reply=reply]")?.click();
    } else if (key === "?" && helpPage) showHelp().catch(() => { location.href = helpPage; });
    else return false;
    return true;
  };
  const goToItem = (item) => {
    if (!item) return;
    item.querySelector(".queue-title a").focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  };
  /* Decisions in the moderation queue by keyboard. Holding a key acts only once. */
  const decide = (key, focus, queue, again) => {
    const items = all(".queue-item", queue), item = focus.closest(".queue-item"), at = items.indexOf(item);
    if (key === "j") goToItem(items[at + 1]);
    else if (key === "k") goToItem(items[Math.max(at - 1, 0)]);
    else if (again) return true;
    else if (key === "x" && item) item.querySelector("input[name=pick]").click();
    else if (key === "u") doc.querySelector(".undo-bar button")?.click();
    else {
      /* With comments selected, a key decides about them and not about the one with the focus. */
      const isBulk = queue.querySelector(".queue-item > input[name=pick]:checked");
      const button = isBulk ? queue.querySelector(`button[data-bulk-key="${CSS.escape(key)}"]`)
        : item?.querySelector(`button[data-key="${CSS.escape(key)}"]`);
      if (!button) return false;
      button.click();
    }
    return true;
  };
  doc.addEventListener("keydown", (e) => {
    if (!shortcuts || e.ctrlKey || e.metaKey || e.altKey || e.key.length !== 1 || typing(e.target)) return;
    const key = e.key.toLowerCase(), thread = e.target.closest(".thread"), queue = e.target.closest(".queue");
    if ((thread && read(key, e.target, thread)) || (queue && decide(key, e.target, queue, e.repeat)) || anywhere(key)) e.preventDefault();
  });

  for (const button of all("[data-copy]")) button.addEventListener("click", () => {
    const box = doc.getElementById(button.dataset.copy);
    box.select();
    navigator.clipboard?.writeText(box.value).then(() => { button.textContent = button.dataset.copied; });
  });

  /* The queue: restore the position after an action, count selected items, and prevent double submission. */
  const moderation = doc.querySelector(".moderation");
  if (moderation) {
    /* Screen readers announce only what is added to a live region after the page has loaded. */
    const done = moderation.querySelector(".undo-bar p");
    if (done) {
      const live = doc.createElement("p");
      live.className = "hidden-text";
      live.setAttribute("role", "status");
      doc.body.append(live);
      done.closest("[role=status]").removeAttribute("role");
      setTimeout(() => { live.textContent = done.textContent; }, 500);
    }
    if (!location.hash) moderation.querySelector("[autofocus]")?.focus();
    let sent = false;
    moderation.addEventListener("submit", (e) => {
      if (sent) e.preventDefault();
      sent = e.target.method === "post";
    });
    addEventListener("pageshow", () => { sent = false; });
  }
  const everything = doc.querySelector("[data-select-all]");
  if (everything) {
    const boxes = all(".queue-item > input[name=pick]"), count = doc.querySelector("[data-selected]");
    const tell = () => {
      const n = boxes.filter((box) => box.checked).length;
      everything.checked = n === boxes.length;
      everything.indeterminate = n > 0 && n < boxes.length;
      count.textContent = counted(count.dataset.selected, n);
    };
    everything.addEventListener("change", () => { boxes.forEach((box) => { box.checked = everything.checked; }); tell(); });
    boxes.forEach((box) => box.addEventListener("change", tell));
    tell();
  }
})();
