using System.Runtime.Versioning;
using EtcdAdmin.Tests.Support;

// Members are started as POSIX processes, so the tests that do so run where there are some.
[assembly: UnsupportedOSPlatform("windows")]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
