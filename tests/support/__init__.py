"""What the tests share: the local tenant as a process, a person who walks its pages, clocks, browsers."""
