using System.Runtime.Versioning;

// /proc is read, and hosts are made of Linux's own means.
[assembly: UnsupportedOSPlatform("windows")]
