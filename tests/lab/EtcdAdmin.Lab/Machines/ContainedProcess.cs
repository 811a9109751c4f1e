using System.Globalization;

namespace EtcdAdmin.Lab.Machines;

/// <summary>A process in a control group of a host.</summary>
/// <param name="OwnId">Its ID inside the host; 0 for a process that is not in the host.</param>
/// <param name="Program">Its program; null if it is unknown, for example for a process that is ending.</param>
/// <param name="PidNamespace">The PID namespace; the same text for all processes of a host.</param>
internal sealed record ContainedProcess(int OwnId, string? Program, string PidNamespace)
{
    /// <summary>Reads a process; null if it no longer exists.</summary>
    public static ContainedProcess? TryRead(int id)
    {
        try
        {
            string line = File.ReadLines($"/proc/{id}/status").First(found => found.StartsWith("NSpid:", StringComparison.Ordinal));
            // The ID in this namespace first, then in each inner namespace.
            string[] ids = line.Split('\t')[1..];
            int ownId = ids.Length > 1 ? int.Parse(ids[^1], CultureInfo.InvariantCulture) : 0;
            string? program = new FileInfo($"/proc/{id}/exe").LinkTarget;
            string? pidNamespace = new FileInfo($"/proc/{id}/ns/pid").LinkTarget;
            return pidNamespace is null ? null : new ContainedProcess(ownId, program, pidNamespace);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return null;
        }
    }
}
