using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The saved clusters of this user: one folder each, 0700, with <c>cluster.json</c> and <c>pki/</c>.</summary>
/// <param name="home">The home with the folders.</param>
public sealed class ProfileStore(EtcdAdminHome home)
{
    private const string FileName = "cluster.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters =
        {
            new PlainJsonConverter(), new EtcdVersionJsonConverter(), new JsonStringEnumConverter<AdoptedKind>(),
            new JsonStringEnumConverter<TlsStage>(),
        },
    };

    /// <summary>The folder of a cluster's profile, whether it exists or not.</summary>
    /// <param name="name">The cluster's name.</param>
    /// <exception cref="EtcdException">SpecInvalid: not a valid name.</exception>
    public string Folder(string name) => Path.Combine(home.ClustersPath, ClusterName.Check(name, "cluster"));

    /// <summary>The names of all saved clusters, in order.</summary>
    public IReadOnlyList<string> Names()
    {
        if (!Directory.Exists(home.ClustersPath)) return [];
        return [.. Directory.EnumerateDirectories(home.ClustersPath)
            .Where(folder => File.Exists(Path.Combine(folder, FileName)))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Whether a cluster with that name is saved. A connection that is not saved may be named after its endpoint, which is not a valid
    /// profile name.</summary>
    /// <param name="name">The cluster's name.</param>
    public bool Exists(string name) => ClusterName.IsAllowed(name) && File.Exists(FileOf(name));

    /// <summary>When a cluster was last saved, in UTC; null if it is not saved. It shows whether an earlier reading is still current.</summary>
    /// <param name="name">The cluster's name.</param>
    public DateTime? SavedAt(string name)
    {
        var file = new FileInfo(FileOf(name));
        return file.Exists ? file.LastWriteTimeUtc : null;
    }

    /// <summary>Reads a cluster.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">ClusterNotFound, ProfileInvalid, CertificateInvalid.</exception>
    public Task<EtcdCluster> LoadAsync(string name, CancellationToken cancellationToken) => LoadAsync(name, FileOf(name), null, cancellationToken);

    /// <summary>A managed cluster with its currently saved specification: the object may be outdated.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, ClusterNotFound, ProfileInvalid, CertificateInvalid.</exception>
    internal async Task<EtcdCluster> AsSavedAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.RequireSpec();
        EtcdCluster saved = await LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        return cluster.AsIn(saved);
    }

    /// <summary>Reads a cluster, and reports profile values that were converted or ignored, or that block changes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="events">Receives the warnings; may be null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">ClusterNotFound, ProfileInvalid, CertificateInvalid.</exception>
    public Task<EtcdCluster> LoadAsync(string name, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        LoadAsync(name, FileOf(name), events, cancellationToken);

    private async Task<EtcdCluster> LoadAsync(string name, string file, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ProfileReading reading = await ReadAsync(name, file, cancellationToken).ConfigureAwait(false);
        ClusterProfile profile = reading.Profile;
        foreach (string warning in reading.Warnings) events.Warning($"Profile of cluster '{name}' ({file}): {warning}");
        ClusterTls? tls = null;
        if (profile.Tls)
        {
            var pki = new ProfilePki(Folder(name));
            tls = await pki.ReadClientAsync(profile.Spec, cancellationToken).ConfigureAwait(false);
        }

        return new EtcdCluster(profile.Name, profile.Endpoints) { Tls = tls, Spec = profile.Spec, SpecError = reading.SpecError };
    }

    /// <summary>The file of a saved cluster.</summary>
    /// <param name="name">The cluster's name.</param>
    internal string FileOf(string name) => Path.Combine(Folder(name), FileName);

    /// <summary>Writes a cluster to a file beside its profile, to replace the profile when a change is undone.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="mark">The ending of the file's name.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>The file.</returns>
    internal async Task<string> KeepAsync(EtcdCluster cluster, string mark, CancellationToken cancellationToken)
    {
        string file = $"{FileOf(cluster.Name)}.{mark}";
        await WriteAsync(cluster, file, cancellationToken).ConfigureAwait(false);
        return file;
    }

    /// <summary>Reads a file of <see cref="KeepAsync"/>.</summary>
    /// <param name="name">The cluster's name.</param>
    /// <param name="mark">The ending of the file's name.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">ClusterNotFound, ProfileInvalid, CertificateInvalid.</exception>
    internal Task<EtcdCluster> LoadKeptAsync(string name, string mark, CancellationToken cancellationToken) =>
        LoadAsync(name, $"{FileOf(name)}.{mark}", null, cancellationToken);

    /// <summary>The endings of kept profiles, after a common start.</summary>
    /// <param name="name">The cluster's name.</param>
    /// <param name="beginning">The common start.</param>
    internal IReadOnlyList<string> KeptMarks(string name, string beginning)
    {
        string prefix = $"{FileName}.{beginning}";
        return Directory.Exists(Folder(name))
            ? [.. Directory.EnumerateFiles(Folder(name), prefix + "*").Select(file => Path.GetFileName(file)[prefix.Length..])]
            : [];
    }

    /// <summary>Saves a cluster; an existing profile with the same name is replaced. The password of its credential is not saved.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Cancels the writing; the old profile is kept.</param>
    /// <exception cref="EtcdException">ProfileInvalid: parts of the existing profile could not be read. FileWriteFailed, DiskFull.</exception>
    public async Task SaveAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (cluster.SpecError is { } unread) throw unread; // otherwise the unreadable parts would be lost
        string folder = Folder(cluster.Name);
        PrivateFolder.Create(folder);
        if (cluster.Tls is { } tls) await new ProfilePki(folder).WriteClientAsync(tls, cancellationToken).ConfigureAwait(false);
        await WriteAsync(cluster, FileOf(cluster.Name), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes the profile of a cluster, including its authority and keys; the cluster itself is not changed.</summary>
    /// <param name="name">Its name; an unknown name is not an error.</param>
    /// <exception cref="EtcdException">FileWriteFailed.</exception>
    public void Remove(string name)
    {
        string folder = Folder(name);
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdException(EtcdErrorIds.FileWriteFailed,
                $"The profile of cluster '{name}' ({folder}) cannot be removed: {e.Message}", e)
            { Target = folder };
        }
    }

    private static Task WriteAsync(EtcdCluster cluster, string file, CancellationToken cancellationToken)
    {
        var profile = new ClusterProfile
        {
            Name = cluster.Name,
            Endpoints = cluster.Endpoints,
            Tls = cluster.Tls is not null,
            Spec = cluster.Spec,
        };
        return AtomicFile.WriteAsync(file, JsonSerializer.SerializeToUtf8Bytes(profile, Json), AtomicFile.OwnerOnly, cancellationToken);
    }

    private static async Task<ProfileReading> ReadAsync(string name, string file, CancellationToken cancellationToken)
    {
        try
        {
            byte[] content = await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
            return new ProfileReader(name, file, Json).Read(content);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EtcdException(EtcdErrorIds.ClusterNotFound, $"There is no saved cluster '{name}'.", e)
            {
                Target = name,
                NextStep = "Get-EtcdCluster lists the saved clusters; Connect-EtcdCluster -Name saves a cluster.",
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdException(EtcdErrorIds.ProfileInvalid, $"The profile of cluster '{name}' ({file}) cannot be read: {e.Message}", e)
            {
                Target = file,
                NextStep = "Give your user read permission on the file, then run the command again.",
            };
        }
    }
}
