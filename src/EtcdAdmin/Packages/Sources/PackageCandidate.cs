using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Sources;

/// <summary>A version of etcd that a source offers and that has not been fetched yet.</summary>
/// <param name="Version">The version.</param>
/// <param name="Platform">Its platform.</param>
/// <param name="Source">The kind of source.</param>
/// <param name="Location">Its place: a URL, a folder, a suite and package version.</param>
public sealed record PackageCandidate(EtcdVersion Version, EtcdPlatform Platform, PackageSource Source, string Location)
{
    /// <summary>The SHA-256 that the caller expects, see <see cref="EtcdPackage.Sha256"/>; null if none.</summary>
    public string? ExpectedSha256 { get; init; }

    /// <summary>For instance <c>etcd 3.5.16 linux-amd64 (Release)</c>.</summary>
    public override string ToString() => $"etcd {Version} {Platform} ({Source})";
}
