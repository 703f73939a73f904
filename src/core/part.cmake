# Pure: values in, values out. Uses no other part, and nothing of the outside world.
part(core
  SOURCES
    cluster.cpp
    text.cpp
    unit_name.cpp
)
