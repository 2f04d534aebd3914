/// A box that finds models as one types.
///
/// It shows where scripts run: without them the index, the
/// browser's own search and the links do.
struct FamilySearch {
  /// Identifier of the element whose list entries are searched.
  static let names = "names"

  let language: Language

  var markup: XML {
    XML.element(
      "div", ["id": "search", "hidden": "hidden"],
      XML.element(
        "label", [:], XML(language(FamilyHeading.find) + " "),
        XML.void("input", ["type": "search", "autocomplete": "off", "spellcheck": "false"])),
      XML.element(
        "output",
        [
          "data-none": language(FamilyHeading.foundNone),
          "data-some": language(FamilyHeading.foundSome),
          "data-first": language(FamilyHeading.foundFirst),
        ]),
      XML.element("ul", [:]))
  }

  /// All words that are typed must be in an entry, in whatever case and width.
  ///
  /// Only elements that
  /// stand in the page are shown again, so that no text becomes markup.
  static let script = HTMLScript(
    """
    "use strict";
    (function () {
      const most = 100;
      const box = document.getElementById("search");
      const input = box.querySelector("input");
      const said = box.querySelector("output");
      const list = box.querySelector("ul");
      const plain = (text) => text.normalize("NFKC").toLowerCase();
      const entries = Array.from(document.querySelectorAll("#names li"), (item) =>
        ({ item, text: plain(item.textContent) }));

      function find() {
        const words = plain(input.value).split(/\\s+/).filter((word) => word.length > 0);
        const found = words.length === 0 ? [] : entries.filter(
          (entry) => words.every((word) => entry.text.includes(word)));
        list.replaceChildren(...found.slice(0, most).map((entry) => entry.item.cloneNode(true)));
        const kind = found.length === 0 ? "none" : found.length > most ? "first" : "some";
        said.textContent = words.length === 0 ? ""
          : said.dataset[kind].replace("{}", found.length).replace("{}", most);
      }

      // What the address names, and all that it is folded into.
      function open() {
        const place = document.getElementById(location.hash.slice(1));
        if (place === null) { return; }
        for (let node = place; node !== null; node = node.parentElement) {
          if (node.localName === "details") { node.open = true; }
        }
        place.scrollIntoView({ block: "center" });
      }

      input.addEventListener("input", find);
      input.addEventListener("keydown", (event) => {
        const first = list.querySelector("a");
        if (event.key === "Enter") {
          if (first !== null) { first.click(); }
        }
      });
      addEventListener("hashchange", open);
      box.addEventListener("click", (event) => {
        if (event.target.hash === location.hash) { open(); }
      });
      // A search can be linked to: families.html?find=llama
      input.value = new URLSearchParams(location.search).get("find") ?? "";
      box.hidden = false;
      find();
      open();
    })();
    """)
}
