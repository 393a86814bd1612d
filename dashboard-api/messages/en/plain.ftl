### Every main page in plain language: short sentences, one thought each, common words.

plain_lead = This page says in plain language what these pages show.

plain_overview_title = The first page: What is going on in the city now?
plain_overview_1 = There are small devices in the city.
plain_overview_2 = They measure the weather. They count bicycles and cars.
plain_overview_3 = The devices send their numbers by radio.
plain_overview_4 = The first page shows the numbers of today.
plain_overview_5 = The large number says: so many bicycles have passed today.
plain_overview_6 = “At least” means: there may have been more. A device did not send for some time.

plain_map_title = The map and the list
plain_map_1 = The map shows where the devices are.
plain_map_2 = A circle is a device for bicycles. A square is a device for cars or people. A triangle is a device for the weather.
plain_map_3 = There is a list below the map. The list has everything that is on the map.
plain_map_4 = “Reporting” means: the device works. “Silent” means: the device sends nothing. It may be broken.

plain_site_title = The page of a device
plain_site_1 = Every device has a page of its own.
plain_site_2 = The page has pictures with lines or bars. They show the numbers of today, of a week or of a year.
plain_site_3 = Below every picture is a table with the same numbers.
plain_site_4 = Sometimes a number is missing. Then the page says why.

plain_display_title = The display in the street
plain_display_1 = The display shows a large number.
plain_display_2 = The number says: so many bicycles have passed here today.
plain_display_3 = If the device is broken, the display says so.
plain_display_4 = You can stop the motion on the display.

plain_planning_title = The pages for experts
plain_planning_1 = The city plans streets and cycle paths. It needs exact numbers for that.
plain_planning_2 = These pages say, for example: so many bicycles pass here on an average day.
plain_planning_3 = With every number they say how certain it is.

plain_data_title = Data to take away
plain_data_1 = Everybody may use the numbers. They cost nothing.
plain_data_2 = You can load the numbers onto your computer as a table.

plain_rights_title = Help and rights
plain_rights_1 = These pages should be easy to use for everybody.
plain_rights_2 = Is something hard to read or to use? Then you can tell us.
plain_rights_3 = Nobody watches you when you read here. We store nothing about you.

plain_to_page = To the page
