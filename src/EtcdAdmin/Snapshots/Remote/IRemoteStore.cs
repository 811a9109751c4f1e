using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>A place for files that is not a folder: named objects, each written once and as a whole.</summary>
internal interface IRemoteStore : IDisposable
{
    /// <summary>How it is called in messages; holds no secret.</summary>
    string Name { get; }

    /// <summary>What is there under a name; null for nothing.</summary>
    Task<RemoteObject?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All objects, by name.</summary>
    IAsyncEnumerable<RemoteObject> ListAsync(CancellationToken cancellationToken);

    /// <summary>Puts a file there. What is there is never overwritten; if it is the same already, by size and noted hash, it is done.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="sha256">The file's hash, lower-case hexadecimal; kept with the object.</param>
    /// <param name="progress">Gets how many bytes have gone.</param>
    /// <param name="cancellationToken">Gives up; nothing appears under the name then.</param>
    /// <exception cref="EtcdException">
    /// FileExists, PermissionDenied, TransferFailed. ChecksumMismatch: the file does not have that hash. SnapshotNotFound, SnapshotUnreadable: the file.
    /// </exception>
    Task UploadAsync(string path, string name, string sha256, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>Writes an object's bytes to a stream.</summary>
    /// <exception cref="EtcdException">SnapshotNotFound, PermissionDenied, TransferFailed. What the stream throws is passed on.</exception>
    Task DownloadAsync(string name, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>Removes an object; one that is not there is no error.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>An object of a store.</summary>
/// <param name="Name">Its name within the store.</param>
/// <param name="Size">Bytes.</param>
internal sealed record RemoteObject(string Name, long Size)
{
    /// <summary>SHA-256 as whoever uploaded it noted it with the object; null where nobody did.</summary>
    public string? Sha256 { get; init; }
}
