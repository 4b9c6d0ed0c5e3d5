import type { Stack } from './stack.ts'

export const go: Stack = {
  name: 'Go',
  aliases: ['golang', 'gin', 'echo'],
  code: {
    signature: `http.HandleFunc("/webhooks", func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	mac := hmac.New(sha256.New, []byte(os.Getenv("WEBHOOK_KEY")))
	mac.Write(body)
	expected := hex.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(expected), []byte(r.Header.Get("X-Signature"))) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var event map[string]any
	_ = json.Unmarshal(body, &event)
	// … your work
	w.WriteHeader(http.StatusOK)
})`,
    credentials: `// First in the handler.
wanted := sha256.Sum256([]byte(os.Getenv("WEBHOOK_USER") + ":" + os.Getenv("WEBHOOK_PASSWORD")))
user, password, _ := r.BasicAuth()
given := sha256.Sum256([]byte(user + ":" + password))
if subtle.ConstantTimeCompare(wanted[:], given[:]) != 1 {
	w.Header().Set("WWW-Authenticate", \`Basic realm="webhooks"\`)
	w.WriteHeader(http.StatusUnauthorized)
	return
}`,
    once: `// In the handler, after the event is parsed. CREATE TABLE seen (event_id text PRIMARY KEY)
tx, err := db.BeginTx(r.Context(), nil)
if err != nil {
	w.WriteHeader(http.StatusInternalServerError)
	return
}
defer tx.Rollback()
first, err := tx.Exec("INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING", event["event_id"])
if err == nil {
	if rows, _ := first.RowsAffected(); rows == 1 {
		err = apply(tx, event)
	}
}
if err == nil {
	err = tx.Commit()
}
if err != nil {
	w.WriteHeader(http.StatusInternalServerError) // the gateway tries again
	return
}
w.WriteHeader(http.StatusOK)`,
    answerFirst: `// In the handler, after the event is parsed. CREATE TABLE inbox (event_id text PRIMARY KEY, body bytea)
_, err = db.Exec("INSERT INTO inbox (event_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING", event["event_id"], body)
if err != nil {
	w.WriteHeader(http.StatusInternalServerError) // the gateway tries again
	return
}
w.WriteHeader(http.StatusOK) // a worker does the work, and the row stays: a repeat is recognized by it`,
    unknownTypes: `// In the handler, after the event is parsed.
name, _ := event["event_type"].(string)
if handle, known := handlers[name]; known {
	handle(event)
}
w.WriteHeader(http.StatusOK) // also for types that have no handler`,
    brokenJson: `// In place of _ = json.Unmarshal(body, &event)
err = json.Unmarshal(body, &event)
// null is JSON, too, and leaves the map empty.
if id, ok := event["event_id"].(string); err != nil || !ok || id == "" {
	w.WriteHeader(http.StatusBadRequest)
	return
}`,
    quietErrors: `// Write errors to the log, never to the answer: no http.Error(w, err.Error(), 500).
log.Println(err)
w.WriteHeader(http.StatusInternalServerError)`,
    postOnly: `// First in the handler; from Go 1.22 on, "POST /webhooks" as the pattern does the same.
if r.Method != http.MethodPost {
	w.Header().Set("Allow", "POST")
	w.WriteHeader(http.StatusMethodNotAllowed)
	return
}`,
    limit: `body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20)) // Go has no limit of its own; Echo's is BodyLimit("1M")`,
  },
}
