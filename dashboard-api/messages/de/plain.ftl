### Every main page in plain language: short sentences, one thought each, common words.

plain_lead = Hier steht in einfacher Sprache, was diese Seiten zeigen.

plain_overview_title = Die erste Seite: Was ist jetzt in der Stadt los?
plain_overview_1 = In der Stadt hängen kleine Mess-Geräte.
plain_overview_2 = Sie messen das Wetter. Sie zählen Fahrräder und Autos.
plain_overview_3 = Die Geräte senden ihre Zahlen per Funk.
plain_overview_4 = Auf der ersten Seite stehen die Zahlen von heute.
plain_overview_5 = Die große Zahl sagt: So viele Fahrräder sind heute schon gefahren.
plain_overview_6 = „Mindestens“ bedeutet: Es waren vielleicht mehr. Ein Gerät hat eine Zeit lang nichts gesendet.

plain_map_title = Die Karte und die Liste
plain_map_1 = Die Karte zeigt: Hier hängen die Geräte.
plain_map_2 = Ein Kreis ist ein Gerät für Fahrräder. Ein Viereck ist ein Gerät für Autos oder Menschen. Ein Dreieck ist ein Gerät für das Wetter.
plain_map_3 = Unter der Karte ist eine Liste. In der Liste steht alles, was auf der Karte ist.
plain_map_4 = „Meldet“ bedeutet: Das Gerät arbeitet. „Schweigt“ bedeutet: Das Gerät sendet nichts. Vielleicht ist es kaputt.

plain_site_title = Die Seite von einem Gerät
plain_site_1 = Jedes Gerät hat eine eigene Seite.
plain_site_2 = Dort sind Bilder mit Linien oder Balken. Die Bilder zeigen: So waren die Zahlen heute, in einer Woche oder in einem Jahr.
plain_site_3 = Unter jedem Bild ist eine Tabelle mit denselben Zahlen.
plain_site_4 = Manchmal fehlt eine Zahl. Dann steht dort, warum sie fehlt.

plain_display_title = Die Anzeige an der Straße
plain_display_1 = Die Anzeige zeigt eine große Zahl.
plain_display_2 = Die Zahl sagt: So viele Fahrräder sind heute hier gefahren.
plain_display_3 = Ist das Gerät kaputt, steht dort: „Außer Betrieb“.
plain_display_4 = Die Bewegung auf der Anzeige kann man anhalten.

plain_planning_title = Die Seiten für Fach-Leute
plain_planning_1 = Die Stadt plant Straßen und Rad-Wege. Dafür braucht sie genaue Zahlen.
plain_planning_2 = Auf diesen Seiten steht zum Beispiel: So viele Fahrräder fahren hier an einem Tag im Durchschnitt.
plain_planning_3 = Bei jeder Zahl steht, wie sicher sie ist.

plain_data_title = Die Daten zum Mitnehmen
plain_data_1 = Alle dürfen die Zahlen benutzen. Das kostet nichts.
plain_data_2 = Man kann die Zahlen als Tabelle auf den eigenen Computer laden.

plain_rights_title = Hilfe und Rechte
plain_rights_1 = Diese Seiten sollen für alle leicht zu benutzen sein.
plain_rights_2 = Ist etwas schwer zu lesen oder zu bedienen? Dann können Sie uns das sagen.
plain_rights_3 = Wer hier liest, wird nicht beobachtet. Wir speichern nichts über Sie.

plain_to_page = Zur Seite
