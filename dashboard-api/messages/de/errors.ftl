not_found_title = Hier ist nichts
not_found_text = Diese Adresse gibt es nicht oder nicht mehr. Vielleicht ist ein Buchstabe verrutscht.
no_thing_title = Diesen Standort gibt es nicht
no_thing_text = Vielleicht wurde er umbenannt oder abgebaut. In der Liste stehen alle, die es gibt.
to_all_sensors = Zur Liste aller Sensoren
no_bicycles_title = Hier werden keine Fahrräder gezählt
no_bicycles_text = Die öffentliche Anzeige gibt es nur für Zählstellen. Diese Standorte zählen Fahrräder:
unavailable_title = Kurze Pause
unavailable_text = Die Daten sind gerade nicht erreichbar. Die Sensoren messen weiter, und was sie inzwischen senden, erscheint hier, sobald es wieder geht.
display_unavailable = Die Daten sind gerade nicht erreichbar
mistake_title = Das ist unser Fehler
mistake_text = Diese Seite kann nicht gezeigt werden. Der Fehler ist notiert; die anderen Seiten gehen weiter.
refused_title = So geht es nicht
refused_text = Die Anfrage ist nicht zu verstehen. Vielleicht ist die Adresse unvollständig kopiert.

# $seconds (Number): between two tries
tries_again = Diese Seite versucht es alle { $seconds } Sekunden von selbst wieder.
