namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Receives the entries of an archive, one after the other.</summary>
internal interface IArchiveSink
{
    /// <summary>Offers an entry.</summary>
    /// <param name="name">The name in the archive.</param>
    /// <param name="content">Null if the entry is not a file (a folder, link or device); these are neither followed nor created.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task OfferAsync(string name, Stream? content, CancellationToken cancellationToken);
}
