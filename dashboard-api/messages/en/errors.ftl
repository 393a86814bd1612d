not_found_title = Nothing here
not_found_text = This address does not exist, or not any more. Perhaps a letter has slipped.
no_thing_title = There is no such site
no_thing_text = It may have been renamed or taken down. The list has all there are.
to_all_sensors = To the list of all sensors
no_bicycles_title = No bicycles are counted here
no_bicycles_text = The public display exists for counting sites only. These sites count bicycles:
unavailable_title = Back in a moment
unavailable_text = The data cannot be reached at the moment. The sensors go on measuring, and what they send meanwhile appears here as soon as possible.
display_unavailable = The data cannot be reached at the moment
mistake_title = That is our mistake
mistake_text = This page cannot be shown. The mistake has been noted; the other pages go on.
refused_title = Not like this
refused_text = The request cannot be understood. Perhaps the address was copied incompletely.

tries_again = This page tries again by itself every { $seconds } seconds.
