// A big network as describe answers, with the fields that nobody reads, as AWS prints them too.

const hex = (prefix, n) => `${prefix}-${n.toString(16).padStart(17, "0")}`;

/**
 * Twenty VPCs of eight subnets; every subnet has hosts of a few roles, each with a group of its own.
 * Every tenth host is public.
 */
export function network({ interfaces, bytes }) {
  const vpcs = [];
  const subnets = [];
  const gateways = [];
  const tables = [];
  const acls = [];
  const groups = [];
  const enis = [];
  const reservations = [];
  const N_VPCS = 20;
  const N_SUBNETS = 8;
  const ROLES = ["web", "api", "worker", "cache", "db"];
  const everywhere = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  const open = (port, cidr) => ({
    IpProtocol: "tcp",
    FromPort: port,
    ToPort: port,
    IpRanges: [{ CidrIp: cidr, Description: `port ${port}` }],
  });
  for (let v = 0; v < N_VPCS; v++) {
    const VpcId = hex("vpc", v + 1);
    const CidrBlock = `10.${v}.0.0/16`;
    const associated = [{ CidrBlock, CidrBlockState: { State: "associated" } }];
    const Tags = [{ Key: "Name", Value: `team-${v + 1}` }];
    vpcs.push({ VpcId, CidrBlock, CidrBlockAssociationSet: associated, Tags, OwnerId: "111122223333" });
    const InternetGatewayId = hex("igw", v + 1);
    gateways.push({ InternetGatewayId, Attachments: [{ VpcId, State: "available" }] });
    ROLES.forEach((role, r) => {
      const permissions = {
        web: [open(443, "0.0.0.0/0"), open(80, "0.0.0.0/0")],
        api: [open(8443, "10.0.0.0/8"), open(22, "0.0.0.0/0")],
        worker: [open(22, "10.0.0.0/8")],
        cache: [open(6379, CidrBlock)],
        db: [open(5432, v % 5 === 0 ? "0.0.0.0/0" : CidrBlock)],
      }[role];
      const GroupId = hex("sg", v * ROLES.length + r + 1);
      const GroupName = `${role}-${v + 1}`;
      groups.push({ GroupId, GroupName, VpcId, IpPermissions: permissions, IpPermissionsEgress: [everywhere] });
    });
    const Associations = [];
    const aclAssociations = [];
    for (let s = 0; s < N_SUBNETS; s++) {
      const SubnetId = hex("subnet", v * N_SUBNETS + s + 1);
      const zone = "abc"[s % 3];
      subnets.push({
        SubnetId,
        VpcId,
        CidrBlock: `10.${v}.${s * 16}.0/20`,
        AvailabilityZone: `eu-west-1${zone}`,
        Tags: [{ Key: "Name", Value: `${s < 4 ? "public" : "private"}-${zone}-${s}` }],
      });
      if (s < 4) Associations.push({ SubnetId, RouteTableId: hex("rtb", v * 2 + 2), Main: false, AssociationState: { State: "associated" } });
      aclAssociations.push({ SubnetId, NetworkAclId: hex("acl", v + 1) });
    }
    const local = { DestinationCidrBlock: CidrBlock, GatewayId: "local", State: "active" };
    const out = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: InternetGatewayId, State: "active" };
    const main = [{ Main: true, RouteTableId: hex("rtb", v * 2 + 1), AssociationState: { State: "associated" } }];
    tables.push({ RouteTableId: hex("rtb", v * 2 + 1), VpcId, Routes: [local], Associations: main });
    tables.push({ RouteTableId: hex("rtb", v * 2 + 2), VpcId, Routes: [local, out], Associations });
    const entry = (Egress, RuleNumber, RuleAction) => ({ Egress, RuleNumber, RuleAction, Protocol: "-1", CidrBlock: "0.0.0.0/0" });
    acls.push({
      NetworkAclId: hex("acl", v + 1),
      VpcId,
      IsDefault: true,
      Associations: aclAssociations,
      Entries: [entry(true, 100, "allow"), entry(true, 32767, "deny"), entry(false, 100, "allow"), entry(false, 32767, "deny")],
    });
  }
  for (let n = 0; n < interfaces; n++) {
    const subnet = subnets[n % subnets.length];
    const v = Number(subnet.CidrBlock.split(".")[1]);
    const place = Math.floor(n / subnets.length);
    const role = place % ROLES.length;
    const base = Number(subnet.CidrBlock.split(".")[2]);
    const PrivateIpAddress = `10.${v}.${base + Math.floor((place + 10) / 250)}.${((place + 10) % 250) + 4}`;
    const NetworkInterfaceId = hex("eni", n + 1);
    const InstanceId = hex("i", n + 1);
    const group = groups[v * ROLES.length + role];
    const Groups = [{ GroupId: group.GroupId, GroupName: group.GroupName }];
    const Association = n % 10 < 5 ? { PublicIp: `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`, IpOwnerId: "amazon" } : undefined;
    enis.push({
      NetworkInterfaceId,
      SubnetId: subnet.SubnetId,
      VpcId: subnet.VpcId,
      Status: "in-use",
      InterfaceType: "interface",
      SourceDestCheck: true,
      Groups,
      PrivateIpAddresses: [{ PrivateIpAddress, Primary: true, Association }],
      Attachment: { InstanceId, Status: "attached", DeviceIndex: 0 },
    });
    reservations.push({
      OwnerId: "111122223333",
      Instances: [
        {
          InstanceId,
          VpcId: subnet.VpcId,
          SubnetId: subnet.SubnetId,
          State: { Name: n % 97 === 0 ? "stopped" : "running" },
          NetworkInterfaces: [{ NetworkInterfaceId }],
          Tags: [{ Key: "Name", Value: `${ROLES[role]}-${v + 1}-${place}` }],
        },
      ],
    });
  }
  const files = {
    "vpcs.json": JSON.stringify({ Vpcs: vpcs }),
    "subnets.json": JSON.stringify({ Subnets: subnets }),
    "igws.json": JSON.stringify({ InternetGateways: gateways }),
    "tables.json": JSON.stringify({ RouteTables: tables }),
    "acls.json": JSON.stringify({ NetworkAcls: acls }),
    "groups.json": JSON.stringify({ SecurityGroups: groups }),
    "enis.json": JSON.stringify({ NetworkInterfaces: enis }),
  };
  const sum = Object.values(files).reduce((total, text) => total + text.length, 0);
  const bare = JSON.stringify({ Reservations: reservations }).length;
  const disk = (n) => ({
    DeviceName: `/dev/sd${n}`,
    Ebs: { VolumeId: hex("vol", n), Status: "attached", DeleteOnTermination: true },
  });
  const each = Math.max(0, Math.round((bytes - sum - bare) / interfaces / JSON.stringify(disk(10)).length));
  const disks = Array.from({ length: each }, (_, n) => disk(n));
  for (const { Instances } of reservations) Instances[0].BlockDeviceMappings = disks;
  files["instances.json"] = JSON.stringify({ Reservations: reservations });
  return files;
}
