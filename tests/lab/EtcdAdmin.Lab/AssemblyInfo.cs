using System.Runtime.Versioning;

// Containers need Linux. On other systems HostLab.SkipReason gives the reason.
[assembly: UnsupportedOSPlatform("windows")]
