using System.Runtime.Versioning;

// Members are started as POSIX processes, so the tests that do so run where there are some.
[assembly: UnsupportedOSPlatform("windows")]
