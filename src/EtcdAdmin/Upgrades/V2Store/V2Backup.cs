using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>
/// Reads the v2 keys of a backup in the style of etcd 2: a copy of a data directory with a write-ahead log and raft snapshots, as
/// <c>etcdctl backup</c> makes it, or an archive of one: tar, tar.gz or zip, also encrypted as snapshots are.
/// </summary>
internal static class V2Backup
{
    private const string TempPrefix = "etcdadmin-v2-";

    // Far above what a v2 store in memory can be; more counts as an attack on the disk.
    private const long MostBytes = 16L << 30;

    /// <summary>Reads the keys of users, hidden ones included.</summary>
    /// <param name="path">The folder or the archive.</param>
    /// <param name="secrets">The secrets to open an encrypted archive; null for none.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid, SnapshotEncrypted, SnapshotKeyWrong.</exception>
    public static async Task<V2Node> ReadAsync(string path, SnapshotSecrets? secrets, CancellationToken cancellationToken)
    {
        string source = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(source)) return await ReadFolderAsync(source, cancellationToken).ConfigureAwait(false);
            if (!File.Exists(source)) throw Failed(EtcdErrorIds.SnapshotNotFound, "the file or folder does not exist");
            DirectoryInfo folder = Directory.CreateTempSubdirectory(TempPrefix);
            try
            {
                await UnpackAsync(source, folder.FullName, secrets, cancellationToken).ConfigureAwait(false);
                return await ReadFolderAsync(folder.FullName, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        catch (V2DataException e)
        {
            throw Failed(EtcdErrorIds.SnapshotInvalid, e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw Failed(EtcdErrorIds.SnapshotInvalid, $"it is neither a folder nor a complete archive ({e.Message.TrimEnd('.')})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(EtcdErrorIds.SnapshotUnreadable, e.Message.TrimEnd('.'));
        }

        EtcdException Failed(string id, string finding) => new(id, $"'{source}' cannot be read as a backup in the style of etcd 2: {finding}.")
        {
            Target = source,
            NextStep = "Give the folder of 'etcdctl backup', a copy of a data directory, or a tar, tar.gz or zip archive of one. "
                + "Unpack other archives into a folder first.",
        };
    }

    private static async Task<V2Node> ReadFolderAsync(string folder, CancellationToken cancellationToken)
    {
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        RaftFile[] segments = Named(files, name => WalSegmentName.Parse(name) is not null);
        RaftFile[] snapshots = Named(files, name => RaftSnapshotName.Parse(name) is not null);
        if (segments.Length == 0) throw new V2DataException("it holds no write-ahead log");
        if (segments.Select(file => file.Name).Distinct().Count() < segments.Length) throw new V2DataException("it holds several write-ahead logs");
        var list = new RaftFiles
        {
            SnapFolder = "",
            WalFolder = "",
            Snapshots = [.. snapshots.OrderByDescending(file => file.Name, StringComparer.Ordinal)],
            Segments = [.. segments.OrderBy(file => file.Name, StringComparer.Ordinal)],
        };
        return await new V2DataReader(list, OpenAsync).ReadAsync(
            (snapshot, log, _) => log.StoreAfter(snapshot).Keys ?? V2Node.Directory(""), cancellationToken).ConfigureAwait(false);

        async Task OpenAsync(string name, Func<Stream, CancellationToken, Task> read, CancellationToken token)
        {
            var file = new FileStream(
                files.First(path => Path.GetFileName(path) == Path.GetFileName(name)), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await using (file.ConfigureAwait(false))
            {
                await read(file, token).ConfigureAwait(false);
            }
        }
    }

    private static RaftFile[] Named(string[] files, Func<string, bool> fits) =>
        [.. files.Where(file => fits(Path.GetFileName(file))).Select(file => new RaftFile(Path.GetFileName(file), new FileInfo(file).Length))];

    /// <summary>Takes raft snapshots and segments out of an archive, whatever it is compressed or encrypted with.</summary>
    private static async Task UnpackAsync(string source, string folder, SnapshotSecrets? secrets, CancellationToken cancellationToken)
    {
        var limits = new UnpackLimits(MostBytes) { Folder = folder };
        using PrivateFile other = PrivateFile.Create(folder);
        var file = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            var unpacker = new Unpacker(source, secrets, limits, other, () => { }, new RaftFileSink(folder));
            await unpacker.UnpackAsync(file, cancellationToken).ConfigureAwait(false);
            if (unpacker.Format.Compression is SnapshotCompression.None or SnapshotCompression.Gzip)
                throw new InvalidDataException("it is not an archive");
        }
    }

    /// <summary>Writes raft snapshots and segments under their own names, which hold no folders.</summary>
    private sealed class RaftFileSink(string folder) : IArchiveSink
    {
        public async Task OfferAsync(string name, Stream? content, CancellationToken cancellationToken)
        {
            string own = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
            if (content is null || (WalSegmentName.Parse(own) is null && RaftSnapshotName.Parse(own) is null)) return;
            var target = new FileStream(Path.Combine(folder, own), FileMode.CreateNew, FileAccess.Write);
            await using (target.ConfigureAwait(false))
            {
                await content.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
