/** Step 8 of the schema: text is found wherever it stands in a word. */

/** What a gram can hold beside letters, digits and what is beyond ASCII: all of ASCII but `"{}[]`, which separate. */
const tokenCharacters = "!#$%&''()*+,-./:;<=>?@\\^_`|~"

export const searchSchema = `
  -- Every three characters in a row of a delivery's text, see core/search-text.ts; no places, so what is found is looked at.
  CREATE VIRTUAL TABLE delivery_gram USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '${tokenCharacters}'"
  );
  -- Merging because of deletions would hold up a commit for as long as the index is large; ordinary merging drops them too.
  INSERT INTO delivery_gram (delivery_gram, rank) VALUES ('deletemerge', 0);
  -- The text itself, where SQL cannot make it of the body and the summary: accents, escapes, masked or compressed bodies.
  CREATE TABLE delivery_searched (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE INDEX attempt_line ON attempt (id) WHERE line IS NOT NULL;
  DROP TABLE delivery_text;
  -- The renewal fills it for what was kept before.
  DELETE FROM renewal;
  INSERT INTO renewal SELECT id + 1 FROM delivery ORDER BY id DESC LIMIT 1;
`
