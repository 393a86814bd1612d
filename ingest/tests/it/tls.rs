use std::{path::Path, process::Command};

use domain::Secret;
use ingest::Phase;

use testbed::{Mosquitto, free_port};

use crate::{
    chirpstack::{EUI, temperatures, uplinks},
    harness::{City, chirpstack_at, eventually, publish},
};

fn run(program: &str, dir: &Path, arguments: &str) {
    let output = Command::new(program).current_dir(dir).args(arguments.split(' ')).output();
    let output = output
        .unwrap_or_else(|e| panic!("this test needs `{program}` (apt-get install openssl mosquitto): {e}"));
    assert!(output.status.success(), "{program} {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A broker that wants TLS and a password on one port and nothing on another, where the test publishes.
pub(crate) async fn secured_broker() -> (Mosquitto, u16) {
    let certificates = tempfile::TempDir::new().unwrap();
    let dir = certificates.path();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    run("openssl", dir, &format!("req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=city-ca -days 2"));
    run("openssl", dir, &format!("req -new {key} -keyout server.key -out server.csr -subj /CN=localhost"));
    std::fs::write(dir.join("ext"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n").unwrap();
    run(
        "openssl",
        dir,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile ext",
    );
    run("mosquitto_passwd", dir, "-b -c passwords city hunter2");
    let tls_port = free_port();
    let settings = format!(
        "per_listener_settings true\nallow_anonymous true\n\
         listener {tls_port} 127.0.0.1\nallow_anonymous false\npassword_file {{dir}}/passwords\n\
         certfile {{dir}}/server.pem\nkeyfile {{dir}}/server.key\n"
    );
    let mut broker = Mosquitto::prepare(&settings);
    for file in ["ca.pem", "server.pem", "server.key", "passwords"] {
        std::fs::copy(dir.join(file), broker.path(file)).unwrap();
    }
    broker.run();
    (broker, tls_port)
}

#[tokio::test(flavor = "multi_thread")]
async fn uplinks_come_over_tls_with_user_and_password() {
    let (broker, tls_port) = secured_broker().await;
    let city = City::new(&[EUI]).await;
    let mut source = chirpstack_at(broker.port());
    source.url = format!("mqtts://localhost:{tls_port}").parse().unwrap();
    source.ca_file = Some(broker.path("ca.pem"));
    source.user = Some("city".to_owned());
    source.password = Secret::new("hunter2");
    let running = city.ingest(source.clone());
    running.subscribed().await;
    publish(broker.port(), uplinks(EUI, 0..20)).await;
    running.settled(20).await;
    assert_eq!(city.temperatures().await, temperatures(0..20));
    running.stop().await;

    source.password = Secret::new("wrong");
    let refused = city.ingest(source.clone());
    eventually("refused", async || refused.handle.source_states()[0].last_error.is_some()).await;
    let state = refused.handle.source_states().remove(0);
    let error = state.last_error.unwrap();
    assert!(error.contains("NotAuthorized"), "{error}");
    assert_ne!(state.phase, Phase::Subscribed);
    refused.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_with_a_certificate_of_somebody_else_is_not_trusted() {
    let (broker, tls_port) = secured_broker().await;
    let dir = tempfile::TempDir::new().unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    run("openssl", dir.path(), &format!("req -x509 {key} -keyout k -out other.pem -subj /CN=other -days 2"));
    let city = City::new(&[EUI]).await;
    let mut source = chirpstack_at(broker.port());
    source.url = format!("mqtts://localhost:{tls_port}").parse().unwrap();
    source.ca_file = Some(dir.path().join("other.pem"));
    source.user = Some("city".to_owned());
    source.password = Secret::new("hunter2");
    let running = city.ingest(source);
    eventually("refused", async || running.handle.source_states()[0].last_error.is_some()).await;
    let error = running.handle.source_states().remove(0).last_error.unwrap();
    assert!(error.contains("certificate"), "{error}");
    running.stop().await;
}
