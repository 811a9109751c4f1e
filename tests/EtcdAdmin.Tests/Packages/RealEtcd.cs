using System.Formats.Tar;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Packages;

/// <summary>A real etcd 3.5, and archives made of it.</summary>
public sealed class RealEtcd : IDisposable
{
    private readonly TempFolder _temp = new();
    private Task? _making;

    public EtcdPackage Package { get; private set; } = null!; // set by MakeAsync

    /// <summary>A release archive of it, under its release name.</summary>
    public string Archive { get; private set; } = "";

    /// <summary>Makes them, once. Each test asks first: a fixture cannot skip its tests, they can.</summary>
    public Task MakeAsync() => _making ??= MakeOnceAsync();

    public void Dispose() => _temp.Dispose();

    private async Task MakeOnceAsync()
    {
        Package = (await EtcdBinaries.GetAsync("3.5")).Package;
        string folder = $"etcd-v{Package.Version}-{Package.Platform}";
        Archive = _temp.File(PackageName.ForRelease(Package.Version, Package.Platform));
        await using FileStream file = File.Create(Archive);
        await using var zip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.NoCompression);
        await using var tar = new TarWriter(zip, TarEntryFormat.Gnu);
        await tar.WriteEntryAsync(Package.EtcdPath, $"{folder}/etcd");
        await tar.WriteEntryAsync(Package.EtcdctlPath ?? "", $"{folder}/etcdctl");
    }
}
