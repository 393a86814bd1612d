use super::*;

/// When the first connection stands.
const NOW: Uptime = Duration::from_secs(100);

/// Room for two messages of a kilobyte, six units each, and one with QoS 0.
fn session() -> Session {
    let mut session = Session::new(Limits::new(1_000, 0, 1), Backoff::new(1));
    session.connected(NOW);
    do_all(&mut session);
    session.subscribed();
    session
}

fn take(session: &mut Session, packet_id: u16) -> Pass {
    match session.published(Some(packet_id), 1_000) {
        Verdict::Take(pass) => pass,
        verdict => panic!("{packet_id}: {verdict:?}"),
    }
}

/// Everything the session asks for until it asks for nothing or for the end of the connection.
fn do_all(session: &mut Session) -> Vec<Action> {
    let mut actions = Vec::new();
    while let Some(action) = session.next_action() {
        actions.push(action);
        if let Action::Abandon(_) = action {
            break;
        }
        session.handed_over(action);
    }
    actions
}

#[test]
fn what_the_client_has_no_room_for_is_asked_again() {
    let mut session = session();
    let pass = take(&mut session, 7);
    session.settled(pass);
    assert_eq!(session.next_action(), Some(Action::Acknowledge(7)));
    assert_eq!(session.next_action(), Some(Action::Acknowledge(7)));
    session.handed_over(Action::Acknowledge(7));
    assert_eq!(session.next_action(), None);
}

#[test]
fn a_broker_that_sends_too_much_is_left_once_it_has_read_the_acknowledgements_of_the_rest() {
    let mut session = session();
    let [first, second] = [1, 2].map(|id| take(&mut session, id));
    assert!(matches!(session.published(Some(3), 0), Verdict::LetGo));
    session.settled(first);
    // There is room again, but the third must come before the fourth.
    assert!(matches!(session.published(Some(4), 0), Verdict::LetGo));
    session.settled(second);
    assert_eq!(do_all(&mut session), [Action::Acknowledge(1), Action::Acknowledge(2)]);
    session.ack_sent();
    assert_eq!(session.next_action(), None);
    session.ack_sent();
    // The answer to this comes after the broker has read what was sent before it.
    assert_eq!(do_all(&mut session), [Action::Subscribe]);
    assert!(matches!(session.published(Some(5), 0), Verdict::LetGo));
    assert_eq!(session.next_action(), None);
    session.subscribed();
    assert_eq!(session.next_action(), Some(Action::Abandon(Complaint::Overflowed)));
}

#[test]
fn a_broker_that_sends_too_much_and_falls_silent_is_left_after_a_while() {
    let mut session = session();
    let passes = [1, 2].map(|id| take(&mut session, id));
    assert!(matches!(session.published(Some(3), 0), Verdict::LetGo));
    for pass in passes {
        session.settled(pass);
    }
    do_all(&mut session);
    session.ack_sent();
    session.ack_sent();
    assert_eq!(do_all(&mut session), [Action::Subscribe]);
    session.tick(NOW);
    let until = session.wake_at().unwrap();
    assert_eq!(until, NOW + CONFIRM_WITHIN);
    session.published(Some(4), 0);
    session.tick(until);
    assert_eq!(session.next_action(), None, "it still sends");
    session.tick(session.wake_at().unwrap());
    assert_eq!(session.next_action(), Some(Action::Abandon(Complaint::Overflowed)));
}

#[test]
fn a_broker_that_sends_its_backlog_first_may_confirm_the_subscription_late() {
    let mut session = Session::new(Limits::new(1_000, 0, 1), Backoff::new(1));
    session.connected(NOW);
    do_all(&mut session);
    let until = session.wake_at().unwrap();
    session.published(Some(1), 0);
    session.tick(until);
    assert_eq!(session.next_action(), None);
    let until = session.wake_at().unwrap();
    session.tick(until);
    assert_eq!(session.next_action(), Some(Action::Abandon(Complaint::Unconfirmed)));
}

#[test]
fn a_new_connection_waits_for_its_delay_and_for_room() {
    let mut session = session();
    let [first, second] = [1, 2].map(|id| take(&mut session, id));
    session.lost(NOW);
    let at = session.wake_at().unwrap();
    assert!((NOW + Backoff::FIRST / 2..=NOW + Backoff::FIRST).contains(&at));
    session.tick(at);
    assert_eq!(session.phase(), Phase::Waiting, "everything is taken by messages of the old connection");
    session.settled(first);
    assert_eq!(session.phase(), Phase::Connecting);
    session.connected(at);
    session.settled(second);
    assert_eq!(do_all(&mut session), [Action::Subscribe], "acknowledged on another connection");
}

#[test]
fn a_subscription_that_is_not_confirmed_in_time_ends_the_connection() {
    let mut session = Session::new(Limits::new(1_000, 0, 1), Backoff::new(1));
    session.connected(NOW);
    assert_eq!(do_all(&mut session), [Action::Subscribe]);
    session.tick(NOW + Duration::from_millis(9_999));
    assert_eq!(session.next_action(), None);
    session.tick(NOW + Duration::from_secs(10));
    assert_eq!(session.next_action(), Some(Action::Abandon(Complaint::Unconfirmed)));
}

#[test]
fn a_message_with_qos_0_beyond_the_limit_is_lost_and_the_next_has_room_again() {
    let mut session = session();
    let Verdict::Take(pass) = session.published(None, 0) else { panic!("not taken") };
    assert!(matches!(session.published(None, 0), Verdict::Lose));
    session.settled(pass);
    assert!(matches!(session.published(None, 0), Verdict::Take(_)));
}

#[test]
fn the_goodbye_comes_after_the_last_acknowledgement_and_does_not_wait_for_ever() {
    let mut session = session();
    let pass = take(&mut session, 9);
    session.stop();
    assert!(matches!(session.published(Some(10), 0), Verdict::LetGo));
    session.settled(pass);
    session.finish(NOW);
    assert_eq!(do_all(&mut session), [Action::Acknowledge(9), Action::Disconnect]);
    session.tick(NOW + Duration::from_secs(5));
    assert_eq!(session.phase(), Phase::Stopped);
}
