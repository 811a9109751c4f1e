using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>The origin of a package that has not been checked yet.</summary>
/// <param name="Source">The source.</param>
/// <param name="Location">The exact place.</param>
/// <param name="Sha256">Of the archive.</param>
/// <param name="Platform">The required platform.</param>
/// <param name="NamedVersion">The version in the archive's name; null if it has none.</param>
/// <param name="AssumedVersion">The version to assume if the content does not show it; null leaves it unknown.</param>
internal sealed record PackageOrigin(PackageSource Source, string Location, string Sha256, EtcdPlatform Platform,
    EtcdVersion? NamedVersion, EtcdVersion? AssumedVersion = null);
