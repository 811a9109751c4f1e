using System.Runtime.Versioning;

// Containers are Linux's; elsewhere HostLab.SkipReason says so.
[assembly: UnsupportedOSPlatform("windows")]
