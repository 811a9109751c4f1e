using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>How far a move has come, seen from the host.</summary>
internal enum MoveStage
{
    /// <summary>The member's data is in the old place; a copy that there may be is not trusted.</summary>
    Begin,

    /// <summary>The old data is aside already, but the configuration still names its place: it is only the switch that was cut short.</summary>
    Switch,

    /// <summary>The configuration names the new place, and the data is there.</summary>
    Done,
}

/// <summary>What a move comes down to.</summary>
/// <param name="Before">The cluster as it was.</param>
/// <param name="After">The cluster with the member in its new place.</param>
/// <param name="Old">The member as its host really has it.</param>
/// <param name="New">The member in its new place.</param>
/// <param name="Stage">How far it has come.</param>
internal sealed record MovePlan(EtcdCluster Before, EtcdCluster After, MemberSpec Old, MemberSpec New, MoveStage Stage)
{
    /// <summary>Whether only starting and proving is left.</summary>
    public bool IsDone => Stage == MoveStage.Done;

    /// <summary>The folder that holds the old data.</summary>
    public string OldDirectory => Old.Directory;

    /// <summary>The old data.</summary>
    public string OldData => Old.Layout.DataDirectory;

    /// <summary>The copy while it is made.</summary>
    public string Copy => $"{New.Directory}/{MoveScripts.CopyName}";

    /// <summary>Whether the profile still names another place.</summary>
    public bool ProfileDiffers => Before.RequireSpec().Members.First(member => member.Name == New.Name) is var saved
        && (saved.Directory != New.Directory || saved.Volume != New.Volume);

    /// <summary>Whether configuration or unit on the host are not as they should be.</summary>
    public bool FilesDiffer(MoveFacts facts) => !MemberFiles.IsConfig(facts.ConfigSha256, After.RequireSpec(), New)
        || !MemberFiles.IsUnit(facts.UnitSha256, Before.Name, New);
}
