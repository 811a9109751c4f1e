using System.Security.Cryptography;
using System.Text.Json;

namespace EtcdAdmin.Lab.State;

/// <summary>Reads and changes a lab's record. Only the file counts: a test and a person in a shell may both change it.</summary>
internal sealed class LabStore(LabFolder folder)
{
    private const int MaxNumber = 250;
    private static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Creates the folder and the record of a new lab, with a number that no other lab has.</summary>
    /// <exception cref="LabException">A lab with that name exists.</exception>
    public static async Task<LabRecord> CreateAsync(
        LabFolder folder, ProcessIdentity? owner, Func<int, bool> isFree, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(LabFolder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using FileStream held = await FileLock.TakeAsync($"{LabFolder.Root}/.lock", LockLimit, cancellationToken);
        if (Directory.Exists(folder.Path)) throw new LabException($"The lab '{folder.Lab}' already exists. 'lab down' removes it.");
        HashSet<int> taken = [.. LabFolder.FindLabs().Select(name => TryRead(new LabFolder(name))?.Number ?? 0)];
        int number = Enumerable.Range(1, MaxNumber).FirstOrDefault(candidate => !taken.Contains(candidate) && isFree(candidate));
        if (number == 0) throw new LabException("All numbers for labs are in use. 'lab down --all' removes all labs.");
        Directory.CreateDirectory(folder.Path);
        var record = new LabRecord
        {
            Name = folder.Lab,
            Number = number,
            Owner = owner,
            ClerkPassword = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
        };
        await WriteAsync(folder, record, cancellationToken);
        return record;
    }

    /// <summary>Reads a record; null if the lab does not exist, or its creation or removal was interrupted.</summary>
    public static LabRecord? TryRead(LabFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<LabRecord>(File.ReadAllText(folder.RecordFile), Json);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <exception cref="LabException">The lab does not exist.</exception>
    public LabRecord Read() => TryRead(folder) ?? throw new LabException($"The lab '{folder.Lab}' does not exist.");

    /// <summary>Returns a host by its name.</summary>
    /// <exception cref="LabException">The host does not exist.</exception>
    public HostRecord ReadHost(string name) => Read().Hosts.FirstOrDefault(host => host.Name == name)
        ?? throw new LabException($"The lab '{folder.Lab}' has no host '{name}'.");

    /// <summary>Changes the record under a lock.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Cancels before the record is written.</param>
    /// <param name="apply">Applies the record to the machine, under the same lock: the record that is applied last must be the newest.</param>
    public async Task<LabRecord> UpdateAsync(
        Func<LabRecord, LabRecord> change, CancellationToken cancellationToken, Func<LabRecord, Task>? apply = null)
    {
        await using FileStream held = await FileLock.TakeAsync(folder.LockFile, LockLimit, cancellationToken);
        LabRecord changed = change(Read());
        await WriteAsync(folder, changed, cancellationToken);
        if (apply is not null) await apply(changed);
        return changed;
    }

    private static async Task WriteAsync(LabFolder folder, LabRecord record, CancellationToken cancellationToken)
    {
        string written = folder.RecordFile + ".part";
        await File.WriteAllTextAsync(written, JsonSerializer.Serialize(record, Json), cancellationToken);
        File.Move(written, folder.RecordFile, overwrite: true);
    }
}
