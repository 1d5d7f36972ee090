# Finds FFTW 3 in double precision: target FFTW3::fftw3. FFTW_ROOT or CMAKE_PREFIX_PATH point to other places.

find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(PC_FFTW3 QUIET fftw3)
endif()

find_path(FFTW3_INCLUDE_DIR fftw3.h HINTS ${FFTW_ROOT} $ENV{FFTW_ROOT} ${PC_FFTW3_INCLUDE_DIRS} PATH_SUFFIXES include)
find_library(FFTW3_LIBRARY fftw3 HINTS ${FFTW_ROOT} $ENV{FFTW_ROOT} ${PC_FFTW3_LIBRARY_DIRS} PATH_SUFFIXES lib)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(FFTW3 REQUIRED_VARS FFTW3_LIBRARY FFTW3_INCLUDE_DIR)
mark_as_advanced(FFTW3_INCLUDE_DIR FFTW3_LIBRARY)

if(FFTW3_FOUND AND NOT TARGET FFTW3::fftw3)
  add_library(FFTW3::fftw3 UNKNOWN IMPORTED)
  set_target_properties(FFTW3::fftw3 PROPERTIES
    IMPORTED_LOCATION "${FFTW3_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${FFTW3_INCLUDE_DIR}")
endif()
