use std::{sync::Arc, time::Duration};

use domain::{Clock, ManualClock, TimeRange};
use firmware_sim::{Message, PublishError, Publisher, PublisherOptions, Scenario, Simulator, run_live};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::broker::{Broker, Script};

fn numbered(n: usize) -> Vec<Message> {
    let message = |i| Message {
        at: Timestamp::UNIX_EPOCH,
        topic: format!("test/{i}"),
        payload: format!("{i}").into_bytes(),
        truth: None,
    };
    (0..n).map(message).collect()
}

async fn connect(broker: &Broker) -> Publisher {
    Publisher::connect(PublisherOptions::new("127.0.0.1", broker.port, "test")).await.unwrap()
}

/// The numbers a broker acknowledged, first arrivals in order, repetitions left out.
fn numbers(broker: &Broker) -> Vec<usize> {
    let mut numbers = Vec::new();
    for (_, payload) in broker.received() {
        let number = String::from_utf8(payload).unwrap().parse().unwrap();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

#[tokio::test]
async fn publishing_returns_when_everything_is_acknowledged_in_order() {
    let broker = Broker::start(vec![Script::KIND]).await;
    let mut publisher = connect(&broker).await;
    assert_eq!(publisher.publish_all(numbered(1500)).await.unwrap(), 1500);
    assert_eq!(numbers(&broker), (0..1500).collect::<Vec<_>>());
    publisher.close().await;
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_overtakes_when_the_broker_hangs_up() {
    // In the middle of a window, again at its first message, and once more late in the second window.
    let after = |n| Script { hangs_up_after: n, ..Script::KIND };
    let broker = Broker::start(vec![after(300), after(0), after(600), Script::KIND]).await;
    let mut publisher = connect(&broker).await;
    assert_eq!(publisher.publish_all(numbered(1200)).await.unwrap(), 1200);
    assert_eq!(numbers(&broker), (0..1200).collect::<Vec<_>>());
    assert!(broker.received().len() > 1200, "something was sent again");
}

#[tokio::test]
async fn a_refused_message_is_an_error_with_the_broker_s_reason() {
    let refuses = Script { reason: 0x97, ..Script::KIND };
    let broker = Broker::start(vec![refuses]).await;
    let error = connect(&broker).await.publish_all(numbered(3)).await.unwrap_err();
    let expected = format!("broker `127.0.0.1:{}` refused a message: `QuotaExceeded`", broker.port);
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn an_absent_broker_is_reported_after_the_patience() {
    // Bound and dropped: a port nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut options = PublisherOptions::new("127.0.0.1", port, "test");
    options.patience = Duration::from_millis(200);
    let error = Publisher::connect(options).await.unwrap_err();
    assert!(matches!(error, PublishError::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn live_operation_catches_up_and_goes_on_with_the_clock() {
    let mut broker = Broker::start(vec![Script::KIND]).await;
    let publisher = connect(&broker).await;
    let start: Timestamp = "2026-05-12T08:00:00Z".parse().unwrap();
    let minutes = |n| start + SignedDuration::from_mins(n);
    let expected = |to| {
        let range = TimeRange::new(start, to).unwrap();
        Simulator::new(Scenario::oldenburg(), 4).messages(range).count()
    };
    let (n_due, n_later) = (expected(minutes(30)), expected(minutes(45)));
    assert!(0 < n_due && n_due < n_later);

    // Half an hour of history is due when the run begins.
    let clock = Arc::new(ManualClock::new(minutes(30)));
    let shutdown = CancellationToken::new();
    let clock_of_run: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
    let run = tokio::spawn(run_live(
        Simulator::new(Scenario::oldenburg(), 4),
        publisher,
        start,
        clock_of_run,
        1.0,
        shutdown.clone(),
    ));
    broker.wait_for(n_due).await;
    assert_eq!(broker.received().len(), n_due, "nothing of the future");

    clock.set(minutes(45));
    broker.wait_for(n_later).await;
    shutdown.cancel();
    assert_eq!(run.await.unwrap().unwrap(), n_later as u64);
}
