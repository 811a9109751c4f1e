using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Base of tests that open encrypted files.</summary>
/// <param name="encryption">How the files are encrypted.</param>
public abstract class EncryptedFileTest(SnapshotEncryption encryption) : IDisposable
{
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal TempFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected byte[] Encrypt(byte[] plain, SnapshotRecipients recipients) => Packing.Encrypt(plain, recipients, encryption);

    protected async Task<byte[]> OpenAsync(byte[] file, SnapshotSecrets? secrets)
    {
        string path = Folder.File("snapshot.enc");
        await File.WriteAllBytesAsync(path, file, Stop);
        var limits = new UnpackLimits { Folder = Directory.CreateDirectory(Folder.File("unpacked")).FullName };
        await using OpenSnapshot open = await SnapshotOpener.OpenAsync(path, secrets, limits, null, Stop);
        Assert.Equal(encryption, open.Format.Encryption);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(open.DatabasePath));
        return await File.ReadAllBytesAsync(open.DatabasePath, Stop);
    }

    protected static byte[] Flipped(byte[] file, int place)
    {
        byte[] flipped = [.. file];
        flipped[place] ^= 1;
        return flipped;
    }

    protected Task<EtcdException> RefuseAsync(byte[] file, SnapshotSecrets? secrets) =>
        Assert.ThrowsAnyAsync<EtcdException>(() => OpenAsync(file, secrets));

    /// <summary>Files that are left of opened snapshots.</summary>
    protected string[] Unpacked() => Directory.Exists(Folder.File("unpacked"))
        ? Directory.GetFiles(Folder.File("unpacked"), "*", SearchOption.AllDirectories)
        : [];
}
