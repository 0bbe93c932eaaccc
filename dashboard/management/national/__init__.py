"""A data set of national size for measuring: real Kanwil, clearly invented UPT, people, workshops and letters. It is
put straight into the tables, without history rows and without the bodies of letters."""
