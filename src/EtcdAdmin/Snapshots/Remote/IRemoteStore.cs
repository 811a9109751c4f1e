using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>A store for files that is not a folder: named objects, each written once and completely.</summary>
internal interface IRemoteStore : IDisposable
{
    /// <summary>The name in messages; contains no secret.</summary>
    string Name { get; }

    /// <summary>Finds the object with a name; null if it does not exist.</summary>
    Task<RemoteObject?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All objects, by name.</summary>
    IAsyncEnumerable<RemoteObject> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Uploads a file. An existing object is never overwritten. If it is the same (size and recorded hash), the upload counts as done.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="sha256">The file's hash, lower-case hexadecimal; stored with the object.</param>
    /// <param name="progress">Receives the number of bytes sent.</param>
    /// <param name="cancellationToken">Cancels the upload; no object appears under the name.</param>
    /// <exception cref="EtcdException">
    /// FileExists, PermissionDenied, TransferFailed. ChecksumMismatch: the file has another hash. SnapshotNotFound, SnapshotUnreadable: the file.
    /// </exception>
    Task UploadAsync(string path, string name, string sha256, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>Writes an object's bytes to a stream.</summary>
    /// <exception cref="EtcdException">SnapshotNotFound, PermissionDenied, TransferFailed. Errors of the stream are passed on.</exception>
    Task DownloadAsync(string name, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>Deletes an object. A missing object is not an error.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>An object of a store.</summary>
/// <param name="Name">Its name within the store.</param>
/// <param name="Size">Bytes.</param>
internal sealed record RemoteObject(string Name, long Size)
{
    /// <summary>SHA-256 as recorded with the object at the upload; null if it was not recorded.</summary>
    public string? Sha256 { get; init; }
}
