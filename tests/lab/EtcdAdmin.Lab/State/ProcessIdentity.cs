using System.Globalization;

namespace EtcdAdmin.Lab.State;

/// <summary>A process, not to be taken for a later one with the same id.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">Clock ticks since the machine's start, as the kernel counts them.</param>
internal sealed record ProcessIdentity(int Id, long StartTime)
{
    /// <summary>The process we are.</summary>
    public static ProcessIdentity Current => Find(Environment.ProcessId)
        ?? throw new LabException("This process is not in /proc.");

    /// <summary>It runs.</summary>
    public bool IsAlive => Find(Id) == this;

    /// <summary>The process that has an id now; null for none, or one that has ended and is only not yet forgotten.</summary>
    public static ProcessIdentity? Find(int id)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (IOException)
        {
            return null;
        }

        // The name, in brackets, may hold anything; after it come state (field 3) and start time (field 22), see proc(5).
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : new ProcessIdentity(id, long.Parse(fields[19], CultureInfo.InvariantCulture));
    }
}
