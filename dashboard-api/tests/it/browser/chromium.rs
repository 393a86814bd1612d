//! Chromium without a window, driven over its `DevTools` protocol on a pair of pipes.

use std::{process::Stdio, time::Duration};

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::{Instant, sleep, timeout},
};

/// Longest wait for anything a test waits for.
const PATIENCE: Duration = Duration::from_mins(1);

/// The browser takes its commands on descriptor 3 and answers on 4.
const START: &str = "exec 3<&0 4>&1 </dev/null >/dev/null; exec /usr/bin/chromium \"$@\"";

const ARGUMENTS: [&str; 10] = [
    "--accept-lang=de-DE,de",
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// One browser with one page.
pub(super) struct Browser {
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    session: Option<String>,
    n_calls: u64,
    child: Child,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser with an empty page of a wide screen.
    pub(super) async fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("/bin/sh")
            .args(["-c", START, "sh"])
            .args(ARGUMENTS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("TMPDIR", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("Chromium is needed: `cargo xtask services` installs it");
        let (commands, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut browser = Self {
            commands,
            answers: BufReader::new(answers),
            session: None,
            n_calls: 0,
            child,
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"})).await;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", attach).await;
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        browser.call("Page.enable", json!({})).await;
        browser.screen(1440, 900).await;
        browser
    }

    /// Gives the page another size.
    pub(super) async fn screen(&mut self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Runs a script in every page before its own scripts.
    pub(super) async fn before_scripts(&mut self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await;
    }

    /// Opens an address and waits until it is loaded with its scripts.
    pub(super) async fn open(&mut self, url: &str) {
        let answer = self.call("Page.navigate", json!({"url": url})).await;
        assert!(answer["errorText"].is_null(), "{url}: {answer}");
        self.wait_for("location.href !== 'about:blank' && document.readyState === 'complete'").await;
    }

    /// The value of an expression in the page.
    pub(super) async fn eval(&mut self, expression: &str) -> Json {
        self.eval_unless_left(expression).await.unwrap_or_else(|error| panic!("`{expression}`: {error}"))
    }

    /// The value of an expression, or the error of a page that was left meanwhile.
    async fn eval_unless_left(&mut self, expression: &str) -> Result<Json, Json> {
        let ask = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.try_call("Runtime.evaluate", ask).await?;
        assert!(answer["exceptionDetails"].is_null(), "`{expression}` throws {}", answer["exceptionDetails"]);
        Ok(answer["result"]["value"].clone())
    }

    /// The text of the page's first element that a selector finds, blanks made plain.
    pub(super) async fn text(&mut self, selector: &str) -> String {
        let text = self.eval(&format!("document.querySelector({selector:?})?.textContent")).await;
        text.as_str().unwrap_or_default().replace('\u{a0}', " ")
    }

    /// Waits until an expression is true in the page; a page that is just being left is asked again.
    pub(super) async fn wait_for(&mut self, condition: &str) {
        let began = Instant::now();
        while self.eval_unless_left(&format!("Boolean({condition})")).await != Ok(json!(true)) {
            if began.elapsed() > PATIENCE {
                let body = self.eval("document.body.innerText").await;
                panic!("waited in vain for `{condition}` in:\n{}", body.as_str().unwrap_or_default());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the text of an element contains another.
    pub(super) async fn wait_for_text(&mut self, selector: &str, text: &str) {
        let text = text.replace(' ', "\\s");
        self.wait_for(&format!("/{text}/.test(document.querySelector({selector:?})?.textContent)")).await;
    }

    /// A command of the `DevTools` protocol.
    pub(super) async fn call(&mut self, method: &str, parameters: Json) -> Json {
        self.try_call(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// A command and its result, or the error the browser answers with.
    pub(super) async fn try_call(&mut self, method: &str, parameters: Json) -> Result<Json, Json> {
        self.n_calls += 1;
        let mut command = json!({"id": self.n_calls, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        self.commands.write_all(format!("{command}\0").as_bytes()).await.unwrap();
        loop {
            let mut message = Vec::new();
            let read = self.answers.read_until(0, &mut message);
            let n = timeout(PATIENCE, read).await.expect("the browser answers within a minute").unwrap();
            assert!(n > 0, "the browser ended");
            message.pop();
            let message: Json = serde_json::from_slice(&message).unwrap();
            // Everything else is an event.
            if message["id"] == self.n_calls {
                let error = &message["error"];
                return if error.is_null() { Ok(message["result"].clone()) } else { Err(error.clone()) };
            }
        }
    }
}

impl Drop for Browser {
    /// Ends the browser with all its helpers, so that none of them writes into the profile while it is removed.
    #[expect(clippy::disallowed_methods, reason = "a pause between two looks at another process")]
    fn drop(&mut self) {
        let Some(group) = self.child.id() else { return };
        let kill = ["-KILL", "--", &format!("-{group}")].map(str::to_owned);
        let _ = std::process::Command::new("kill").args(kill).status();
        for _ in 0..200 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
