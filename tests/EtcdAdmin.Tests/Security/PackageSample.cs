using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Security;

/// <summary>A good package, and its parts to build bad ones from.</summary>
internal sealed class PackageSample : IDisposable
{
    public PackageSample()
    {
        IssuedCertificate client = Authority.Issue(CertificateSpec.Client("app"));
        Package = new CredentialPackage
        {
            Endpoints = [new Uri("https://n1.example:2379"), new Uri("https://10.0.0.2:443"), new Uri("https://[fd00::3]:2379")],
            AuthorityPem = Authority.CertificatePem,
            CertificatePem = client.CertificatePem,
            KeyPem = client.KeyPem,
        };
    }

    public TempFolder Folder { get; } = new();

    public CertificateAuthority Authority { get; } = CertificateAuthority.Create("test CA");

    public CredentialPackage Package { get; }

    public string ArchivePath => Folder.File(CredentialPackage.DefaultFileName);

    public void Dispose()
    {
        Authority.Dispose();
        Folder.Dispose();
    }

    /// <summary>What every package has, whoever made it; the key comes last.</summary>
    public IEnumerable<(string Name, string Text)> Files() =>
    [
        ("etcd_credentials/ca.crt", Package.AuthorityPem),
        ("etcd_credentials/client.crt", Package.CertificatePem),
        ("etcd_credentials/client.key", Package.KeyPem),
    ];

    public IEnumerable<TarEntry> Entries() => Files().Select(file => Plain(file.Name, file.Text));

    public static PaxTarEntry FolderEntry(string name) => new(TarEntryType.Directory, name);

    public static PaxTarEntry Plain(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    public void WriteArchive(IEnumerable<TarEntry> entries)
    {
        using var tar = new TarWriter(new GZipStream(File.Create(ArchivePath), CompressionLevel.Fastest), TarEntryFormat.Pax);
        foreach (TarEntry entry in entries) tar.WriteEntry(entry);
    }
}
