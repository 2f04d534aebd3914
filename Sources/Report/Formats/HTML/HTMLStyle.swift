/// The style sheet of the HTML report: light and dark by the reader's preference, print without
/// grounds, one column on a phone.
enum HTMLStyle {
  static let sheet = XML.raw(
    """
    :root {
      color-scheme: light dark;
      --page: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #566273; --rule: #dde2e9;
      --accent: #0b5cad; --quiet: #eef1f5;
      --error: #b3261e; --error-ground: #fdeceb; --warning: #8a5a00; --warning-ground: #fdf3de;
      --info: #0b5cad; --info-ground: #e8f1fb; --good: #1a6d3c; --good-ground: #e6f4ea;
      --part0: #2a6fb0; --part1: #7cc3ee; --part2: #e59a1c; --part3: #c173a0;
      --heat0: #eef2f7; --heat1: #d5e4f2; --heat2: #b4d0e9; --heat3: #8cb8dc; --heat4: #5f9bcb;
      --heat5: #387db5; --heat6: #1c5f99; --heat7: #0a3f70;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #0f141a; --card: #171e27; --ink: #e7ecf2; --soft: #9dabbb; --rule: #2b3644;
        --accent: #7ab8f5; --quiet: #1f2833;
        --error: #ff8f85; --error-ground: #3a1a19; --warning: #f0c061; --warning-ground: #35290f;
        --info: #7ab8f5; --info-ground: #15283d; --good: #74d19a; --good-ground: #132e1f;
        --part0: #4f97db; --part1: #a9dcf8; --part2: #efad3f; --part3: #d993bb;
        --heat0: #1f2833; --heat1: #22384f; --heat2: #254a6d; --heat3: #2b608d; --heat4: #387bb1;
        --heat5: #5599d0; --heat6: #84bbe8; --heat7: #c4e2fb;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC",
        "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
    }
    main, header.top, footer { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
    header.top {
      display: flex; gap: 4px 16px; flex-wrap: wrap; justify-content: space-between;
      padding-top: 22px; padding-bottom: 10px; color: var(--soft); font-size: 14px;
    }
    header.top strong { color: var(--ink); }
    article { margin-bottom: 48px; }
    section, .verdict, nav {
      background: var(--card); border: 1px solid var(--rule); border-radius: 12px;
      padding: 20px 24px; margin: 16px 0;
    }
    h1, h2, h3, h4, h5 { line-height: 1.25; margin: 0 0 10px; overflow-wrap: anywhere; }
    h1 { font-size: 28px; letter-spacing: -0.01em; }
    h2 { font-size: 19px; }
    h3 { font-size: 16px; margin-top: 18px; }
    h4 { font-size: 15px; margin-bottom: 2px; }
    h3::first-letter, dt::first-letter {
      text-transform: uppercase;
    }
    h5 { font-size: 14px; margin: 16px 0 4px; }
    p { margin: 0 0 10px; }
    code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    code { background: var(--quiet); border-radius: 4px; padding: 1px 5px; font-size: 0.9em; }
    pre {
      background: var(--quiet); border-radius: 8px; padding: 12px; overflow-x: auto;
      font-size: 12.5px; line-height: 1.45;
    }
    .soft { color: var(--soft); }
    .scroll + .soft { margin-top: 8px; font-size: 14.5px; }
    .case { display: none; }
    dd.mono { font-size: 12.5px; }
    .verdict { border-top: 6px solid var(--tone); padding-top: 22px; }
    .error { --tone: var(--error); --ground: var(--error-ground); }
    .warning { --tone: var(--warning); --ground: var(--warning-ground); }
    .info { --tone: var(--info); --ground: var(--info-ground); }
    .good { --tone: var(--good); --ground: var(--good-ground); }
    .badge {
      display: inline-block; background: var(--ground); color: var(--tone); font-weight: 650;
      border-radius: 999px; padding: 2px 12px; font-size: 14px; white-space: nowrap;
    }
    .next { border-left: 4px solid var(--tone); padding-left: 12px; overflow-wrap: anywhere; }
    .sentence { font-size: 18px; margin: 10px 0 16px; overflow-wrap: anywhere; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; }
    .tile { background: var(--quiet); border-radius: 10px; padding: 12px 14px; }
    .tile b { display: block; font-size: 26px; line-height: 1.2; font-variant-numeric: tabular-nums; }
    .tile small { color: var(--soft); font-size: 13px; display: block; }
    dl {
      display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 18px 0 0;
      font-size: 14.5px;
    }
    dt { color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
    .finding { border-left: 4px solid var(--tone); padding: 2px 0 2px 16px; margin: 18px 0; }
    .finding p { overflow-wrap: anywhere; }
    details { margin-top: 8px; }
    summary { cursor: pointer; color: var(--accent); font-size: 14px; width: fit-content; }
    summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
    .scroll { overflow-x: auto; }
    .ordered { display: none; }
    #order-0:checked ~ .order-0, #order-1:checked ~ .order-1, #order-2:checked ~ .order-2 {
      display: block;
    }
    input[type=radio] { margin: 18px 0 10px; }
    input + label { margin: 0 18px 0 6px; font-size: 14px; cursor: pointer; }
    table { border-collapse: collapse; width: 100%; font-size: 14.5px; }
    caption { text-align: left; color: var(--soft); padding-bottom: 6px; font-size: 14px; }
    th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--rule); }
    thead th { color: var(--soft); font-weight: 500; font-size: 13px; white-space: nowrap; }
    tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 7.5em; }
    tbody tr:last-child > * { border-bottom: 0; }
    .num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    ul, ol { margin: 0 0 10px; padding-left: 22px; }
    li { margin: 3px 0; overflow-wrap: anywhere; }
    .disguise { color: var(--error); font-weight: 600; }
    .pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 28px 36px; }
    figure { margin: 18px 0 0; max-width: 520px; break-inside: avoid; }
    figcaption { font-size: 14px; color: var(--soft); margin-bottom: 8px; }
    figcaption b { display: block; color: var(--ink); font-size: 15px; }
    svg { display: block; width: 100%; height: auto; }
    svg text { font-size: 11px; fill: var(--soft); }
    svg .strong { font-weight: 650; fill: var(--ink); }
    svg .axis { font-size: 11px; font-style: normal; }
    svg .grid, svg .axis-line { stroke: var(--rule); stroke-width: 1; }
    svg .axis-line { stroke: var(--soft); }
    svg .null { fill: var(--quiet); stroke: var(--soft); stroke-width: 1; }
    svg .threshold { stroke: var(--soft); stroke-dasharray: 3 3; }
    svg .dot { fill: var(--soft); stroke: var(--soft); stroke-width: 1.5; }
    svg .dot.parent { fill: var(--error); stroke: var(--error); }
    svg .dot.hollow { fill: var(--card); }
    svg .pointer { stroke: var(--error); stroke-width: 1.5; }
    svg .bar { fill: var(--accent); }
    svg .reference-line { fill: none; stroke: var(--error); stroke-width: 1.5; }
    svg .node { fill: var(--quiet); stroke: var(--rule); stroke-width: 1.5; }
    svg .node.subject { stroke: var(--ink); }
    svg .node.parent { stroke: var(--accent); }
    svg .node.missing { fill: none; stroke: var(--soft); stroke-dasharray: 4 3; }
    svg .edge { stroke: var(--soft); stroke-width: 1.5; }
    svg .dashed { stroke-dasharray: 4 4; }
    svg .arrow { fill: var(--soft); }
    svg .tag { fill: var(--card); stroke: var(--rule); }
    svg .part0, .key.part0 { fill: var(--part0); background: var(--part0); }
    svg .part1, .key.part1 { fill: var(--part1); background: var(--part1); }
    svg .part2, .key.part2 { fill: var(--part2); background: var(--part2); }
    svg .part3, .key.part3 { fill: var(--part3); background: var(--part3); }
    svg .part4, .key.part4 { fill: var(--soft); background: var(--soft); }
    .heat0 { fill: var(--heat0); } .heat1 { fill: var(--heat1); } .heat2 { fill: var(--heat2); }
    .heat3 { fill: var(--heat3); } .heat4 { fill: var(--heat4); } .heat5 { fill: var(--heat5); }
    .heat6 { fill: var(--heat6); } .heat7 { fill: var(--heat7); }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; color: var(--soft); margin: 0 0 8px; padding: 0; list-style: none; }
    .key { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
    footer { color: var(--soft); font-size: 13px; padding-bottom: 40px; overflow-wrap: anywhere; }
    a { color: var(--accent); }
    @media (max-width: 560px) {
      main, header.top, footer { padding-left: 12px; padding-right: 12px; }
      section, .verdict, nav { padding: 16px; border-radius: 10px; }
      h1 { font-size: 23px; }
      .tile b { font-size: 20px; white-space: nowrap; }
      dl { grid-template-columns: 1fr; gap: 0; }
      dt { margin-top: 8px; font-size: 13px; }
      svg text, svg .axis { font-size: 12.5px; }
      table { font-size: 13.5px; }
      th, td { padding-right: 8px; }
      thead th { white-space: normal; font-size: 12px; }
      tbody th { min-width: 5.5em; }
    }
    @media print {
      :root {
        color-scheme: light;
        --page: #fff; --card: #fff; --ink: #000; --soft: #444; --rule: #bbb; --quiet: #f2f2f2;
        --accent: #0b5cad; --error: #b3261e; --error-ground: #fff; --warning: #8a5a00;
        --warning-ground: #fff; --info: #0b5cad; --info-ground: #fff; --good: #1a6d3c;
        --good-ground: #fff; --part0: #2a6fb0; --part1: #7cc3ee; --part2: #e59a1c;
        --part3: #c173a0; --heat0: #f2f4f7; --heat1: #d5e4f2; --heat2: #b4d0e9; --heat3: #8cb8dc;
        --heat4: #5f9bcb; --heat5: #387db5; --heat6: #1c5f99; --heat7: #0a3f70;
      }
      @page {
        margin: 14mm 14mm 18mm;
        @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; color: #444; }
      }
      .case { display: block; border-bottom: 1px solid #444; width: 60%; margin: 4mm 0 6mm; padding-bottom: 1mm; }
      body { font-size: 10pt; }
      table { font-size: 9pt; }
      th, td { padding: 2.5pt 8pt 2.5pt 0; }
      .pictures { grid-template-columns: 1fr 1fr; gap: 12pt; }
      /* What a click opens on a screen, paper shows. */
      details::details-content { content-visibility: visible; block-size: auto; }
      summary { list-style: none; color: var(--soft); }
      input, input + label { display: none; }
      main, header.top, footer { max-width: none; padding: 0; }
      section, .verdict { border: 0; border-top: 1px solid var(--rule); border-radius: 0; padding: 10pt 0; margin: 0; }
      tr { break-inside: avoid; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; }
      h2, h3 { break-after: avoid; }
      svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      .key, .tile { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      article + article { break-before: page; }
    }
    """)
}
