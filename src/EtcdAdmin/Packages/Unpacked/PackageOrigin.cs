using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>What a package is made of, before it is known whether it is one.</summary>
/// <param name="Source">Where it was fetched from.</param>
/// <param name="Location">Where exactly.</param>
/// <param name="Sha256">Of the archive.</param>
/// <param name="Platform">What it must run on.</param>
/// <param name="NamedVersion">What the archive's name says; null where it says nothing.</param>
/// <param name="WishedVersion">What it is taken for where nothing else tells; null leaves it unknown.</param>
internal sealed record PackageOrigin(PackageSource Source, string Location, string Sha256, EtcdPlatform Platform,
    EtcdVersion? NamedVersion, EtcdVersion? WishedVersion = null);
